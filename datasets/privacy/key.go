package privacy

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// KeyVariable is the environment variable that may hold the key of pseudonyms.
const KeyVariable = "CURIO_PSEUDONYM_KEY"

// The length of a key in bytes. A longer one than MaxKey would be no stronger.
const (
	MinKey = 32
	MaxKey = 64
)

// minVariety is the least number of distinct bytes among a key's, and among the
// differences from each to the next. Of 32 random bytes, one key in 10^13 has
// fewer.
const minVariety = 16

const maxKeyFile = 4096 // bytes

// ErrKey is wrapped by every error about what a key is. No such error holds any
// part of one.
var ErrKey = errors.New("bad pseudonym key")

const makeOne = "want 64 to 128 hexadecimal digits; make a key with: openssl rand -hex 32"

// LoadKey finds the key of pseudonyms in a file or, when file is empty, in the
// variable KeyVariable of the environment that lookup reads (os.LookupEnv). It
// returns nil without an error when neither is there. A variable that is there
// and empty is a bad key, and a file beside a variable is an error, so that no
// run goes without pseudonyms or under another key by mistake.
func LoadKey(file string, lookup func(string) (string, bool)) (*Pseudonymiser, error) {
	text, inEnvironment := lookup(KeyVariable)
	switch {
	case file != "" && inEnvironment:
		return nil, fmt.Errorf("%w: %s is set and the file %s is named: give one of them", ErrKey, KeyVariable, file)
	case inEnvironment:
		p, err := ParseKey(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", KeyVariable, err)
		}
		return p, nil
	case file == "":
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read pseudonym key: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("read pseudonym key: %w", err)
	}
	if len(data) > maxKeyFile {
		return nil, fmt.Errorf("%s: %w: the file is longer than %d bytes; %s", file, ErrKey, maxKeyFile, makeOne)
	}
	p, err := ParseKey(string(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return p, nil
}

// ParseKey reads a key: 64 to 128 hexadecimal digits, in either case, that stand
// for MinKey to MaxKey bytes. White space around them is dropped. A key that
// repeats or counts is refused as too weak. The error wraps ErrKey.
func ParseKey(text string) (*Pseudonymiser, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, fmt.Errorf("%w: it is empty; %s", ErrKey, makeOne)
	}
	if strings.Trim(text, "0123456789abcdefABCDEF") != "" {
		return nil, fmt.Errorf("%w: it holds something else than hexadecimal digits; %s", ErrKey, makeOne)
	}
	if n := len(text); n%2 != 0 || n < 2*MinKey || n > 2*MaxKey {
		return nil, fmt.Errorf("%w: it has %d digits; %s", ErrKey, n, makeOne)
	}
	key, err := hex.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%w: it holds something else than hexadecimal digits; %s", ErrKey, makeOne)
	}
	if variety(key) < minVariety {
		return nil, fmt.Errorf("%w: it is not random; %s", ErrKey, makeOne)
	}
	return newPseudonymiser(key), nil
}

// variety is the number of distinct bytes, or of distinct steps from one byte to
// the next, whichever is less.
func variety(key []byte) int {
	values, steps := map[byte]bool{}, map[byte]bool{}
	for i, b := range key {
		values[b] = true
		if i > 0 {
			steps[b-key[i-1]] = true
		}
	}
	return min(len(values), len(steps))
}
