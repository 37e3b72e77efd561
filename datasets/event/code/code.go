// Package code lists why a row of a data set is not accepted: every value
// event.Reject.Code can have, whichever reader reports it.
package code

// Codes about a file as a whole. The line is where reading stopped, or 0.
const (
	FileUnsupported   = "file_unsupported"   // the name belongs to a table, its extension to no reader
	TruncatedFile     = "truncated_file"     // the file ends in the middle of a row or of its compressed stream
	GzipCorrupt       = "gzip_corrupt"       // the compressed stream is damaged; the rest is not read
	ZstdCorrupt       = "zstd_corrupt"       // the same of a zstd stream
	ParquetCorrupt    = "parquet_corrupt"    // the file, or a row group of it, is damaged and not read
	ParquetType       = "parquet_type"       // a column has a type that its values cannot be read from; the file is not read
	DecompressionBomb = "decompression_bomb" // more came out than the limits allow; the rest is not read
	CSVHeader         = "csv_header"         // the header names no table of ours or a column twice; the file is not read
)

// Codes about the form of a row.
const (
	LineTooLong      = "line_too_long"      // longer than the limit on a row
	NotUTF8          = "not_utf8"           // not valid UTF-8
	JSONInvalid      = "json_invalid"       // not one JSON object
	Nesting          = "nesting"            // JSON nested deeper than the limit
	JSONType         = "json_type"          // a field holds another JSON type than it must
	JSONDuplicateKey = "json_duplicate_key" // a field stands twice in one object
	CSVColumns       = "csv_columns"        // another number of columns than the header
	CSVQuote         = "csv_quote"          // quotes that RFC 4180 does not allow
	TooManyColumns   = "too_many_columns"   // more columns or fields than the limit
)

// Codes about identity.
const (
	UserMissing    = "user_missing"
	ItemMissing    = "item_missing"
	PartnerMissing = "partner_missing"
	IDTooLong      = "id_too_long"
	IDControlChar  = "id_control_char" // holds a control character
	IDNotNumber    = "id_not_number"   // the format numbers its ids and this is no such number
	ItemUnknown    = "item_unknown"    // names an item that the catalogue does not list, where it must
	Duplicate      = "duplicate"       // the same event stood earlier
)

// Codes about values.
const (
	TSMissing         = "ts_missing"
	TSUnparsable      = "ts_unparsable" // neither RFC 3339 nor Unix time
	TSRange           = "ts_range"      // an event not after 1970-01-01T00:00:00Z, anything past the year 9999
	TSFuture          = "ts_future"     // after the time the reader was told is now
	TypeUnknown       = "type_unknown"
	NumberInvalid     = "number_invalid" // not a finite decimal number
	NumberRange       = "number_range"   // larger than the field can hold
	RatingMissing     = "rating_missing" // a rating event without stars
	RatingRange       = "rating_range"
	ProgressMissing   = "progress_missing" // a progress event without a share
	ProgressRange     = "progress_range"
	SecondsNegative   = "seconds_negative"
	SecondsTooLong    = "seconds_longer_than_item" // longer than the item it is of
	AmountNegative    = "amount_negative"
	AmountPrecision   = "amount_precision" // more decimals than the currency has
	CurrencyUnknown   = "currency_unknown" // missing beside an amount, not in ISO 4217, or without a rate
	AgeRange          = "age_range"
	DifficultyUnknown = "difficulty_unknown"
	BoolInvalid       = "bool_invalid"
	TopicMissing      = "topic_missing" // a trend that names no topic
	TextTooLong       = "text_too_long"
	TextControlChar   = "text_control_char" // holds a control character other than tab and line ends
	ListTooLong       = "list_too_long"
)
