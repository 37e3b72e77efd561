//go:build !unix

package guard

import "os"

func keepOwner(*os.File, os.FileInfo) error { return nil }

func syncFolder(string) error { return nil }
