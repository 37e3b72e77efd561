// Package scratch makes temporary files that vanish with the process, however it
// ends.
package scratch

import (
	"errors"
	"os"
)

// File makes a file in a folder, for its owner to read and write. On Linux, where
// the file system allows, it never has a name; elsewhere it loses its name at once,
// or, where open files cannot be removed, when Close does it.
func File(dir string) (*os.File, error) {
	if f, err := unnamed(dir); err == nil {
		return f, nil
	}
	f, err := os.CreateTemp(dir, "curio-*")
	if err == nil {
		_ = os.Remove(f.Name())
	}
	return f, err
}

// Close closes a file and sees that nothing of it is left.
func Close(f *os.File) error {
	err := f.Close()
	if removed := os.Remove(f.Name()); err == nil && !errors.Is(removed, os.ErrNotExist) {
		err = removed
	}
	return err
}
