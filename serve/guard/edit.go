package guard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"curio/artifacts/store/filelock"
)

// ErrNoKey means that a file has no key of the id that was asked for.
var ErrNoKey = errors.New("there is no such key")

// ReadKeys returns the keys of a file.
func ReadKeys(path string) ([]Key, error) {
	data, err := file{path: path, secret: true, limit: maxKeyFile}.read()
	if err != nil {
		return nil, err
	}
	keys, err := ParseKeys(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return keys, nil
}

// AddKey appends a key to a file, which it makes with mode 0600 if need be.
func AddKey(ctx context.Context, path string, k Key) error {
	return edit(ctx, path, func(keys []Key) ([]Key, error) { return append(keys, k), nil })
}

// RemoveKey takes the key of an id out of a file; ErrNoKey when it is not there.
func RemoveKey(ctx context.Context, path, id string) error {
	return edit(ctx, path, func(keys []Key) ([]Key, error) {
		rest := slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return k.ID == id })
		if len(rest) == len(keys) {
			return nil, fmt.Errorf("%s: %w", path, ErrNoKey)
		}
		return rest, nil
	})
}

// edit changes the keys of a file, durably, all or nothing, one process at a
// time. Who owns the file and its mode stay as they are.
func edit(ctx context.Context, path string, change func([]Key) ([]Key, error)) error {
	unlock, err := filelock.Lock(ctx, path+".lock")
	if err != nil {
		return fmt.Errorf("change the keys: %w", err)
	}
	defer unlock()
	keys, err := ReadKeys(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if keys, err = change(keys); err != nil {
		return err
	}
	if err := checkKeys(keys); err != nil {
		return err
	}
	data, err := json.MarshalIndent(keyFile{keyFormat, append([]Key{}, keys...)}, "", "  ")
	if err != nil {
		return fmt.Errorf("change the keys: %w", err)
	}
	// A link stays one: the file that it leads to is replaced.
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if err := replace(path, append(data, '\n')); err != nil {
		return fmt.Errorf("change the keys: %w", err)
	}
	return nil
}

// replace puts data in place of a file, all of it or nothing.
func replace(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	if info, statErr := os.Stat(path); err == nil && statErr == nil {
		err = errors.Join(keepOwner(f, info), f.Chmod(info.Mode().Perm()))
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}
