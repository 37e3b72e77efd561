//go:build !unix && !windows

package fsstore

import (
	"errors"
	"io/fs"
)

// syncFolder does nothing: the systems without Unix folders journal the names
// themselves and offer no call for it.
func syncFolder(string) error { return nil }

// absent reports whether err says that there is no such file.
func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) }

func readOnly(error) bool { return false }

func full(error) bool { return false }
