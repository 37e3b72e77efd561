// Package code lists why a row of a data set is not accepted: every value
// event.Reject.Code can have, whichever reader reports it.
package code

// Codes about a file as a whole. The line is where reading stopped, or 0.
const (
	FileUnsupported   = "file_unsupported"   // the name belongs to a table, but to no reader, or the text is UTF-16
	TruncatedFile     = "truncated_file"     // the compressed stream or the Parquet file ends early; the rest is lost
	GzipCorrupt       = "gzip_corrupt"       // the compressed stream is damaged; the rest is not read
	ZstdCorrupt       = "zstd_corrupt"       // the same of a zstd stream
	ParquetCorrupt    = "parquet_corrupt"    // the file, or a row group of it, is damaged and not read
	ParquetType       = "parquet_type"       // a column has a type that its values cannot be read from; the file is not read
	DecompressionBomb = "decompression_bomb" // more came out than the limits allow; the rest is not read
	CSVHeader         = "csv_header"         // the header names no table of ours or a column twice; the file is not read
)

// OfFile reports whether a code is about a file as a whole, of which more than a
// row may be missing. Messages with such a code name none of the file's cells but
// names of columns.
func OfFile(code string) bool {
	switch code {
	case FileUnsupported, TruncatedFile, GzipCorrupt, ZstdCorrupt, ParquetCorrupt, ParquetType, DecompressionBomb, CSVHeader:
		return true
	}
	return false
}

// Codes about the form of a row.
const (
	TruncatedRow     = "truncated_row"      // the last row of a text file, which breaks off
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
	IDBlank        = "id_blank"        // nothing but blanks
	IDNotNumber    = "id_not_number"   // the format numbers its ids and this is no such number
	ItemUnknown    = "item_unknown"    // names an item that the catalogue does not list, where it must
	Duplicate      = "duplicate"       // the same event stood earlier
	// DuplicateConflict is an event under the id of another that says something else.
	DuplicateConflict = "duplicate_conflict"
)

// Codes about values.
const (
	TSMissing         = "ts_missing"
	TSUnparsable      = "ts_unparsable" // neither RFC 3339 nor Unix time
	TSRange           = "ts_range"      // not within the years the field may lie in, see package field
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
