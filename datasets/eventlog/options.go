package eventlog

import (
	"errors"
	"fmt"
	"math"
	"time"

	"curio/datasets/event"
	"curio/datasets/eventlog/mapping"
)

// Options say how a data set is read. The zero value is ready: every zero field
// has the default its comment names.
type Options struct {
	// Now is the time past which a row is not believed. Zero: no row is too new.
	Now event.Time
	// From is the time before which events are not needed. Parts of the data set
	// that lie before it as a whole are not read; single events are not held
	// back. Zero: everything is read.
	From event.Time

	// Mapping says how files that are not canonical are read; nil: all are.
	Mapping *mapping.Mapping

	MaxLine    int   // bytes of a row without its end; 1 MiB
	MaxID      int   // bytes of an id; 256
	MaxColumns int   // of a CSV row, or fields of a JSON object; 1,000
	MaxBytes   int64 // decompressed bytes of one compressed file; 1 TiB
	MaxRatio   int64 // decompressed over compressed bytes of a file; 200

	// Where s3:// locations are and how they are reached. Credentials come from
	// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, else from
	// MINIO_ROOT_USER and MINIO_ROOT_PASSWORD, else from the shared credentials
	// file of AWS; without any, requests are anonymous. The region comes from
	// AWS_REGION or AWS_DEFAULT_REGION.
	Endpoint string // host[:port], or a URL whose scheme decides Insecure; AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, s3.amazonaws.com
	Insecure bool   // plain HTTP

	Retries   int           // times a broken read is taken up again without progress; 5
	RetryWait time.Duration // before the first of them, doubled for each further one up to 5 s; 200 ms
	Stall     time.Duration // without a byte, after which a read counts as broken; 30 s

	block int // bytes of a text file that are a unit of work
}

// Limits that no option moves.
const (
	maxText  = 256  // bytes of a name: category, tag, channel, ...
	maxTitle = 4096 // bytes of a title or a lecturer's background
	maxList  = 1000 // entries of a list
	maxFiles = 1_000_000

	maxDepth  = 64      // brackets open at once in a JSON row
	maxCommas = 1 << 16 // between fields and entries of a JSON row: parsing takes some 100 bytes for each
)

// Validate names every option that is out of its range: none may be negative, a
// row has at most 1 GiB, 65,536 columns and ids of 64 KiB.
func (o Options) Validate() error {
	var faults []error
	check := func(name string, v, most int64) {
		if v < 0 || v > most {
			faults = append(faults, fmt.Errorf("%s is %d, must be within 0..%d", name, v, most))
		}
	}
	check("MaxLine", int64(o.MaxLine), 1<<30)
	check("MaxID", int64(o.MaxID), 1<<16)
	check("MaxColumns", int64(o.MaxColumns), 1<<16)
	check("MaxBytes", o.MaxBytes, math.MaxInt64)
	check("MaxRatio", o.MaxRatio, math.MaxInt64)
	check("Retries", int64(o.Retries), 1000)
	check("RetryWait", int64(o.RetryWait), int64(time.Hour))
	check("Stall", int64(o.Stall), int64(time.Hour))
	return errors.Join(faults...)
}

func (o Options) withDefaults() Options {
	o.MaxLine = positive(o.MaxLine, 1<<20)
	o.MaxID = positive(o.MaxID, 256)
	o.MaxColumns = positive(o.MaxColumns, 1000)
	o.MaxBytes = positive(o.MaxBytes, 1<<40)
	o.MaxRatio = positive(o.MaxRatio, 200)
	o.block = positive(o.block, blockSize)
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
