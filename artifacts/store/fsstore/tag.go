package fsstore

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// digestLimit is the size in bytes up to which the tag of a file is the digest
// of its content. What is compared and swapped is far smaller; what is larger
// is written once, and reading it all for each Stat would cost more than the
// tag is worth.
const digestLimit = 1 << 20

// tagOf returns the tag of a file: the SHA-256 of its content, or for a large
// one its size and time, which Put keeps from repeating. For a small file it
// also returns the content.
func tagOf(f *os.File, stat fs.FileInfo) (tag string, content []byte, err error) {
	if stat.Size() > digestLimit {
		return fmt.Sprintf("%x-%x", stat.Size(), stat.ModTime().UnixNano()), nil, nil
	}
	content = make([]byte, stat.Size())
	if _, err := io.ReadFull(f, content); err != nil {
		return "", nil, fmt.Errorf("the file is shorter than it was a moment ago: %w", err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), content, nil
}
