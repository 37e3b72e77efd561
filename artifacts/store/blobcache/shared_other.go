//go:build !unix

package blobcache

import "io/fs"

// shared cannot tell here: the folder was made with the rights of the one above it.
func shared(fs.FileInfo) bool { return false }
