package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Command is one of the things a program can be asked to do.
type Command struct {
	Name  string // the words that ask for it, "bench evaluator"; no Name begins another
	Flags *Flags
}

// Choose finds which of several commands args ask for and returns its index and
// args without its words, for its Flags to parse. Flags may stand before, between
// and behind the words; one that takes a value must take one in every command that
// has it.
//
// The error is flag.ErrHelp, after the commands went to usage, or a *UsageError.
// Help on a command that was named is left to its Flags.
func Choose(about string, of []Command, args []string, usage io.Writer) (which int, rest []string, err error) {
	at, help := places(of, args)
	left := of // the commands that the words so far can mean
	var words []string
	for _, i := range at {
		words = append(words, args[i])
		next := slices.DeleteFunc(slices.Clone(left), func(c Command) bool { return !begins(c, words) })
		if len(next) == 0 {
			break
		}
		left = next
		if name := strings.Fields(left[0].Name); len(name) == len(words) {
			which = slices.IndexFunc(of, func(c Command) bool { return c.Name == left[0].Name })
			return which, without(args, at[:len(words)]), nil
		}
	}
	if help {
		return 0, nil, errors.Join(flag.ErrHelp, describe(about, left, usage))
	}
	fault := "no command was given"
	if len(words) > 0 {
		fault = fmt.Sprintf("there is no command %q", strings.Join(words, " "))
	}
	return 0, nil, &UsageError{[]string{fault + ": want " + names(left)}}
}

// begins reports whether the name of c begins with words.
func begins(c Command, words []string) bool {
	name := strings.Fields(c.Name)
	return len(words) <= len(name) && slices.Equal(name[:len(words)], words)
}

// places returns where in args words stand that are neither flags nor values of
// flags, and whether help was asked for.
func places(of []Command, args []string) (at []int, help bool) {
	for i := 0; i < len(args); i++ {
		name, hasValue, isFlag := flagName(args[i])
		switch {
		case !isFlag:
			at = append(at, i)
		case isHelp(name):
			help = true
		case !hasValue && slices.ContainsFunc(of, func(c Command) bool { return c.Flags.wantsValue(name) }):
			i++
		}
	}
	return at, help
}

// without returns args but for those at the places given, in ascending order.
func without(args []string, at []int) []string {
	rest := make([]string, 0, len(args))
	for i, arg := range args {
		if _, is := slices.BinarySearch(at, i); !is {
			rest = append(rest, arg)
		}
	}
	return rest
}

func names(of []Command) string {
	var all []string
	for _, c := range of {
		all = append(all, c.Name)
	}
	return strings.Join(all, ", ")
}

func describe(about string, of []Command, w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s\n\nCommands (each explains its flags with --help):\n", about)
	for _, c := range of {
		fmt.Fprintf(t, "  %s\t%s\n", c.Name, c.Flags.about)
	}
	return t.Flush()
}
