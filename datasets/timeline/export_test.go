package timeline

import (
	"fmt"

	"curio/datasets/event"
)

// NameOf is the name of what an event says.
func NameOf(e *event.Event) string { return fmt.Sprint(nameOf(e, event.Train)) }
