// Package table writes the feature store: one Parquet table of the users and one
// of the items of a run, with what was counted of each in columns that people
// read, followed by the vector that the models read. Any reader of Parquet opens
// them, DuckDB and pandas for instance.
//
// Rows are written as they come and leave memory a row group at a time. Equal
// rows give equal bytes. The file's metadata says what is in it; see Key.
package table

import "curio/datasets/event"

// The keys of a table's metadata.
const (
	KeySchema   = "curio.schema_hash"  // Schema.Hash
	KeyEncoder  = "curio.encoder_hash" // of the encoder that made the features
	KeyDataset  = "curio.dataset"      // digest of the data set
	KeyAsOf     = "curio.as_of_ms"     // when the profiles end, in milliseconds since the Unix epoch; 0 is unknown
	KeyFeatures = "curio.features"     // JSON: for each feature its column and its name in the encoder, in order
)

// Meta says what a table was made of.
type Meta struct {
	Dataset string     // digest of the data set
	AsOf    event.Time // of all profiles; 0 when the log has no time
}

// Most is how many categories, tags, items or occupations a list of a table has.
const Most = 5
