//go:build !linux && !darwin

package bench

import "os"

// peakOf is not known on this system.
func peakOf(*os.ProcessState) int64 { return 0 }

// peakMemory is not known on this system.
func peakMemory() int64 { return 0 }
