//go:build !linux && !darwin

package bench

import "os"

// peakOf is not known on this system.
func peakOf(*os.ProcessState) int64 { return 0 }
