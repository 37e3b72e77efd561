package eventlog

import "curio/datasets/eventlog/code"

// messages explains the codes that a single value can have.
var messages = map[string]string{
	code.IDTooLong:         "longer than the limit on an id",
	code.IDControlChar:     "holds a control character",
	code.NotUTF8:           "not valid UTF-8",
	code.TextTooLong:       "longer than the limit on a text",
	code.TextControlChar:   "holds a control character",
	code.ListTooLong:       "more entries than the limit",
	code.TSUnparsable:      "neither RFC 3339 with a zone nor Unix seconds or milliseconds",
	code.TSRange:           "not within the years the field may lie in",
	code.TSFuture:          "later than now",
	code.NumberInvalid:     "not a decimal number",
	code.NumberRange:       "larger than the field can hold",
	code.RatingRange:       "must be within 1..5",
	code.ProgressRange:     "must be within 0..1",
	code.SecondsNegative:   "must not be negative",
	code.AmountNegative:    "must not be negative",
	code.AmountPrecision:   "more decimals than the currency has",
	code.CurrencyUnknown:   "not a currency of ISO 4217",
	code.AgeRange:          "must be within 1..120",
	code.DifficultyUnknown: "must be within 1..5, or beginner, intermediate or advanced",
	code.BoolInvalid:       "must be true or false",
	code.TypeUnknown:       "not an event type, see package event",
}
