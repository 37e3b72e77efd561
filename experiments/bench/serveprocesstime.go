package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// clockTick is what /proc counts processor time in: USER_HZ of Linux.
const clockTick = 10 * time.Millisecond

// used is the processor time that the process has used, of itself and its threads; 0
// where the system does not say.
func (s *serving) used() time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	// The name of the program, in parentheses, may hold anything (proc(5)).
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	const user, system = 11, 12
	if len(fields) <= system {
		return 0
	}
	u, _ := strconv.ParseInt(fields[user], 10, 64)
	k, _ := strconv.ParseInt(fields[system], 10, 64)
	return time.Duration(u+k) * clockTick
}
