package mapping

import (
	"embed"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// maxSize is the size in bytes of the largest mapping file.
const maxSize = 256 << 10

//go:embed *.yaml
var shipped embed.FS

// Names lists the built-in mappings.
func Names() []string {
	entries, _ := shipped.ReadDir(".") // an embedded folder can be read
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}

// Builtin returns one of the mappings of Names. The error wraps ErrMapping when
// there is none of that name.
func Builtin(name string) (*Mapping, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("%w %q is not built in, use one of %s", ErrMapping, name, strings.Join(Names(), ", "))
	}
	data, err := shipped.ReadFile(name + ".yaml")
	if err != nil {
		return nil, err
	}
	return Parse(name, data)
}

// Load reads the mapping in a file of at most 256 KiB.
func Load(path string) (*Mapping, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read mapping %s: %w", path, err)
	}
	return Parse(path, data)
}

// Open returns the built-in mapping of that name, else the one in that file. The
// error names both when there is neither.
func Open(nameOrPath string) (*Mapping, error) {
	if slices.Contains(Names(), nameOrPath) {
		return Builtin(nameOrPath)
	}
	m, err := Load(nameOrPath)
	if os.IsNotExist(err) {
		return nil, fmt.Errorf("mapping %s is none of %s and no file: %w", nameOrPath, strings.Join(Names(), ", "), err)
	}
	return m, err
}
