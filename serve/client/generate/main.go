// Generate writes the types and methods of package client from the document of the API.
// It is run by go generate, in the folder of that package.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"curio/serve/api"
)

func main() { os.Exit(run(".", os.Stderr)) }

// run writes the files into a folder and returns the exit code.
func run(folder string, stderr io.Writer) int {
	files, err := generate()
	for name, text := range files {
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), text, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// generate returns the files by name.
func generate() (map[string][]byte, error) {
	data, err := document()
	if err != nil {
		return nil, err
	}
	var d openAPI
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	return d.files()
}

// document returns what GET /openapi.json answers on a server that has all operations.
func document() ([]byte, error) {
	a := api.New(api.Options{Registry: struct{ api.Registry }{}, Clock: time.Now})
	data, err := json.Marshal(a.Document())
	if err != nil {
		return nil, fmt.Errorf("make the document: %w", err)
	}
	return data, nil
}
