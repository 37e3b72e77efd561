package bench

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// asPeer makes the test binary be a peer that does what the variable says.
const asPeer = "CURIO_TEST_AS_PEER"

func TestMain(m *testing.M) {
	switch os.Getenv(asPeer) {
	case "":
		os.Exit(m.Run())
	case "works":
		fmt.Println("warming up")
		fmt.Printf("{\"peer\": %q, \"ms_per_step\": 12.5, \"samples_per_s\": 640, \"gflops\": 0.1}\n\n", strings.Join(os.Args[2:], " "))
	case "lacks torch":
		fmt.Fprintln(os.Stderr, "Traceback (most recent call last):\nModuleNotFoundError: No module named 'torch'")
		os.Exit(1)
	case "fails":
		fmt.Fprintln(os.Stderr, "something\nout of luck")
		os.Exit(3)
	case "says nothing":
	case "says little":
		fmt.Println(`{"samples_per_s": 640}`)
	case "passes":
		os.Exit(pass(os.Args[1], os.Args[2:]))
	case "publishes", "publishes in part":
		os.Exit(publishes(os.Args[1:], os.Getenv(asPeer) == "publishes"))
	case "carries":
		os.Exit(carries(os.Args[1:]))
	case "multiplies":
		multiplies(1)
	case "multiplies wrongly":
		multiplies(1.01)
	case "is constant":
		if err := (Constant{}).Run(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "hangs":
		time.Sleep(time.Hour)
	}
}

// ticks is a clock that goes forward by each of steps in turn and then by the
// last.
func ticks(steps ...time.Duration) Clock {
	now := time.Unix(0, 0)
	return func() time.Time {
		now = now.Add(steps[0])
		if len(steps) > 1 {
			steps = steps[1:]
		}
		return now
	}
}
