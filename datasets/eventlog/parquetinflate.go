package eventlog

import (
	"bytes"
	"io"

	"curio/datasets/event/code"

	kgzip "github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	kzstd "github.com/klauspost/compress/zstd"
	pq "github.com/parquet-go/parquet-go/format"
)

var inflater, _ = kzstd.NewReader(nil, kzstd.WithDecoderConcurrency(0), kzstd.WithDecodeAllCapLimit(true),
	kzstd.WithDecoderMaxMemory(maxPage), kzstd.WithDecoderLowmem(true))

// inflate decompresses from, which must hold exactly len(to) bytes.
func inflate(to, from []byte, codec pq.CompressionCodec) error {
	switch codec {
	case pq.Uncompressed:
		if len(from) == len(to) {
			copy(to, from)
			return nil
		}
	case pq.Snappy:
		if n, err := snappy.DecodedLen(from); err == nil && n == len(to) {
			if _, err := snappy.Decode(to, from); err == nil {
				return nil
			}
		}
	case pq.Zstd:
		if b, err := inflater.DecodeAll(from, to[:0:len(to)]); err == nil && len(b) == len(to) {
			return nil
		}
	case pq.Gzip:
		z, err := kgzip.NewReader(bytes.NewReader(from))
		if err != nil {
			break
		}
		if _, err := io.ReadFull(z, to); err == nil {
			if n, err := z.Read(make([]byte, 1)); n == 0 && err == io.EOF {
				return nil
			}
		}
	default:
		return flaw{fault{code: code.ParquetType,
			message: "the pages are compressed by " + codec.String() + "; snappy, gzip, zstd or none are read"}}
	}
	return corrupt("a page compressed by %s is damaged", codec)
}
