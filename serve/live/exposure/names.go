package exposure

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"curio/datasets/privacy"
)

const keyFile = "key"

// Names returns what makes the pseudonyms of a log. key is that of the pseudonyms of
// the event log, by which exposures and what users did after can be joined; nil takes
// a key of this folder's own, which is made if there is none and kept beside the
// files: whoever is not to know the users must not have it.
func Names(folder string, key *privacy.Pseudonymiser) (func(id string) string, error) {
	if key != nil {
		return key.User, nil
	}
	path := filepath.Join(folder, keyFile)
	if err := makeKey(folder, path); err != nil {
		return nil, fmt.Errorf("key of the exposure log: %w", err)
	}
	own, err := privacy.LoadKey(path, func(string) (string, bool) { return "", false })
	if err != nil {
		return nil, fmt.Errorf("key of the exposure log: %w", err)
	}
	return own.User, nil
}

// makeKey makes the key file unless it is there. Of several programs one wins.
func makeKey(folder, path string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	var key [privacy.MinKey]byte
	_, _ = rand.Read(key[:]) // never fails: it ends the process instead
	temp := filepath.Join(folder, keyFile+"-"+rand.Text())
	if err := os.WriteFile(temp, []byte(hex.EncodeToString(key[:])+"\n"), 0o600); err != nil {
		return err
	}
	defer os.Remove(temp)
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
