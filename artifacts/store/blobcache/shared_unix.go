//go:build unix

package blobcache

import (
	"io/fs"
	"os"
	"syscall"
)

// shared reports whether others than this user, and root, can write to a file.
func shared(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return info.Mode()&0o022 != 0 || !ok || stat.Uid != 0 && int(stat.Uid) != os.Geteuid()
}
