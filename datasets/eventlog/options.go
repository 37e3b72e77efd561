package eventlog

import (
	"time"

	"curio/datasets/event"
)

// Options say how a data set is read. The zero value is ready: every zero field
// has the default its comment names.
type Options struct {
	// Now is the time past which a row is not believed. Zero: no row is too new.
	Now event.Time

	MaxLine    int   // bytes of a row without its end; 1 MiB
	MaxID      int   // bytes of an id; 256
	MaxColumns int   // of a CSV row, or fields of a JSON object; 1,000
	MaxBytes   int64 // decompressed bytes of one gzip file; 1 TiB
	MaxRatio   int64 // decompressed over compressed bytes of a gzip file; 200

	// Where s3:// locations are and how they are reached. Credentials come from
	// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, else from
	// MINIO_ROOT_USER and MINIO_ROOT_PASSWORD, else from the shared credentials
	// file of AWS; without any, requests are anonymous. The region comes from
	// AWS_REGION or AWS_DEFAULT_REGION.
	Endpoint string // host[:port], or a URL whose scheme decides Insecure; AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, s3.amazonaws.com
	Insecure bool   // plain HTTP

	Retries   int           // times a broken read is taken up again without progress; 5
	RetryWait time.Duration // before the first of them, doubled for each further one; 200 ms
	Stall     time.Duration // without a byte, after which a read counts as broken; 30 s
}

// Limits that no option moves.
const (
	maxText  = 256  // bytes of a name: category, tag, channel, ...
	maxTitle = 4096 // bytes of a title or a lecturer's background
	maxList  = 1000 // entries of a list
	maxFiles = 1_000_000
)

func (o Options) withDefaults() Options {
	o.MaxLine = positive(o.MaxLine, 1<<20)
	o.MaxID = positive(o.MaxID, 256)
	o.MaxColumns = positive(o.MaxColumns, 1000)
	o.MaxBytes = positive(o.MaxBytes, 1<<40)
	o.MaxRatio = positive(o.MaxRatio, 200)
	o.Retries = positive(o.Retries, 5)
	o.RetryWait = positive(o.RetryWait, 200*time.Millisecond)
	o.Stall = positive(o.Stall, 30*time.Second)
	return o
}

func positive[T int | int64 | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}
