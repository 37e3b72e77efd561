package code

// Message explains a code that a single value can have, in a few lower-case
// words; other codes have none here.
func Message(code string) string { return messages[code] }

var messages = map[string]string{
	IDTooLong:         "longer than the limit on an id",
	IDControlChar:     "holds a control character",
	IDBlank:           "nothing but blanks",
	NotUTF8:           "not valid UTF-8",
	TextTooLong:       "longer than the limit on a text",
	TextControlChar:   "holds a control character",
	ListTooLong:       "more entries than the limit",
	TSUnparsable:      "neither RFC 3339 with a zone, nor its date alone, nor Unix seconds or milliseconds",
	TSRange:           "must lie in 1970..9999; Unix times of events in 1990..9999, published_at in 1..9999",
	TSFuture:          "later than now",
	NumberInvalid:     "not a decimal number",
	NumberRange:       "larger than the field can hold",
	RatingRange:       "must be within 1..5",
	ProgressRange:     "must be within 0..1",
	SecondsNegative:   "must not be negative",
	SecondsTooLong:    "longer than the item it is of",
	ItemUnknown:       "the catalogue lists no such item",
	AmountNegative:    "must not be negative",
	AmountPrecision:   "more decimals than the currency has",
	CurrencyUnknown:   "not a currency of ISO 4217",
	AgeRange:          "must be within 1..120",
	DifficultyUnknown: "must be within 1..5, or beginner, intermediate or advanced",
	BoolInvalid:       "must be true or false, yes or no, 1 or 0",
	TypeUnknown: "must be view, watch, progress, complete, rating, purchase, refund, comment, like, favourite, share, " +
		"search or dismiss",
}
