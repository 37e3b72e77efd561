package privacy

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"unicode/utf8"

	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// The bounds of a list of erasures.
const (
	MaxErasures = 10_000_000 // ids
	maxID       = 4096       // bytes of an id
	maxLine     = 6*maxID + 2
	maxNamed    = 10 // bad lines that an error names
)

// ErrErasures is wrapped by every error about what a list of erasures says. The
// errors name lines by number and never what stands in them.
var ErrErasures = errors.New("bad list of erasures")

// Erasures are the users that asked to be forgotten.
type Erasures struct{ ids map[string]struct{} }

// Len is the number of users.
func (e *Erasures) Len() int {
	if e == nil {
		return 0
	}
	return len(e.ids)
}

// String tells how many they are and not who.
func (e *Erasures) String() string { return fmt.Sprintf("%d erasures", e.Len()) }

func (e *Erasures) has(id string) bool {
	if e == nil {
		return false
	}
	_, ok := e.ids[id]
	return ok
}

// all returns the ids in order.
func (e *Erasures) all() []string {
	if e == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(e.ids))
}

// LoadErasures reads a file as ReadErasures does.
func LoadErasures(path string) (*Erasures, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read erasures: %w", err)
	}
	defer f.Close()
	e, err := ReadErasures(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return e, nil
}

// ReadErasures reads user ids as the log spells them, one a line in UTF-8. Empty
// lines and those that begin with # say nothing; a line that begins with a double
// quote is a JSON string, for ids that begin with # or a quote or have spaces at
// an end. Repeated ids count once. Lines end in LF or CRLF.
//
// A list with a line that is no id is refused as a whole, so that nobody is
// missed: spaces at an end, control characters, invalid UTF-8, more than 4,096
// bytes. So is one of more than MaxErasures ids. The error wraps ErrErasures.
func ReadErasures(r io.Reader) (*Erasures, error) {
	e := &Erasures{ids: map[string]struct{}{}}
	var bad []error
	lines := bufio.NewReaderSize(r, maxLine+2)
	for number := 1; ; number++ {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			bad = append(bad, fmt.Errorf("line %d: longer than any id", number))
			line, err = nil, skipLine(lines)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read erasures: %w", err)
		}
		if number == 1 {
			line = bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF"))
		}
		id, why := erasure(bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")))
		switch {
		case why != "":
			bad = append(bad, fmt.Errorf("line %d: %s", number, why))
		case id != "":
			e.ids[id] = struct{}{}
		}
		if len(e.ids) > MaxErasures {
			return nil, fmt.Errorf("%w: more than %d ids", ErrErasures, MaxErasures)
		}
		if len(bad) > maxNamed {
			bad[maxNamed] = errors.New("and maybe more")
			break
		}
		if err != nil {
			break
		}
	}
	if len(bad) > 0 {
		return nil, fmt.Errorf("%w: nothing was erased:\n%w", ErrErasures, errors.Join(bad...))
	}
	return e, nil
}

func skipLine(r *bufio.Reader) error {
	for {
		if _, err := r.ReadSlice('\n'); !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// erasure returns the id that a line asks for, or why it asks for none it could;
// neither for a line that says nothing.
func erasure(line []byte) (id, why string) {
	switch {
	case len(line) == 0 || line[0] == '#':
		return "", ""
	case !utf8.Valid(line):
		return "", code.Message(code.NotUTF8)
	case line[0] == '"':
		if json.Unmarshal(line, &id) != nil || field.HalfSurrogate(line) {
			return "", "begins with a quote and is no JSON string"
		}
		if id == "" {
			return "", "an empty id"
		}
	default:
		if len(bytes.TrimSpace(line)) != len(line) {
			return "", "space before or behind the id; an id that has it is written as a JSON string"
		}
		id = string(line)
	}
	if fault := field.ID(id, maxID); fault != "" {
		return "", code.Message(fault)
	}
	return id, ""
}
