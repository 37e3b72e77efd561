package fsstore

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/windows"
)

// syncFolder does nothing: Windows journals the names itself and offers no call
// for it.
func syncFolder(string) error { return nil }

// absent reports whether err says that there is no such file.
func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) }

func readOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

// full reports whether err says that there is no room.
func full(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
