//go:build !unix && !windows

package mapping

import (
	"io"
	"os"
)

func mapFile(f *os.File, size int) ([]byte, func([]byte) error, error) {
	data := make([]byte, size)
	_, err := io.ReadFull(io.NewSectionReader(f, 0, int64(size)), data)
	return data, nil, err
}
