package command

import (
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3"
)

// UsageError is a command line or configuration that cannot be run.
type UsageError struct{ Faults []string }

// Error names every fault, a line each.
func (e *UsageError) Error() string { return strings.Join(e.Faults, "\n") }

// Flags defines a program's flags. Unlike those of package flag they go on after
// a fault, so that Parse can name all of them.
type Flags struct {
	set    *flag.FlagSet
	about  string
	faults []string
	args   *[]string // where arguments go
	wanted []string  // their names

	file     string   // the configuration file
	explains bool     // say what the settings are, and do nothing else
	group    string   // of the flags that are defined next
	source   string   // of the values that are set next
	defined  []*value // in this order
	sections []section
}

// explain is the name of the flag that lists the settings.
const explain = "explain-config"

// New starts the flags of a program; about is one sentence on what it does.
func New(program, about string) *Flags {
	f := &Flags{set: flag.NewFlagSet(program, flag.ContinueOnError), about: about, group: "program"}
	f.set.SetOutput(io.Discard)
	f.String(&f.file, "config", "", "YAML `FILE` with any of these flags as keys")
	f.Bool(&f.explains, explain, "print every setting with its value, where that is from, its range and what it does, and do nothing else")
	return f
}

// Group names what the flags defined after it are about, for --explain-config.
// Those before the first Group are about the program.
func (f *Flags) Group(name string) { f.group = name }

// Fault adds a fault that Parse will report; for checks across flags, made in
// the function given to Parse.
func (f *Flags) Fault(format string, args ...any) {
	f.faults = append(f.faults, fmt.Sprintf(format, args...))
}

// value is one flag: its text, and what to do with a new one.
type value struct {
	text  string
	apply func(string)
	plain bool // may stand without a value

	get                              func() any
	group, name, usage, want, source string
}

func (v *value) String() string   { return v.text }
func (v *value) IsBoolFlag() bool { return v.plain }
func (v *value) Set(s string) error {
	v.text = s
	v.apply(s)
	return nil
}

// define adds a flag that parse turns into a T, or explains what it wants.
func define[T any](f *Flags, p *T, name string, fallback T, usage, want string, parse func(string) (T, bool)) {
	*p = fallback
	_, plain := any(fallback).(bool)
	v := &value{text: fmt.Sprint(fallback), plain: plain, group: f.group, name: name, usage: usage, want: want, source: "default"}
	v.get = func() any { return *p }
	v.apply = func(s string) {
		parsed, ok := parse(s)
		if !ok {
			f.Fault("--%s %q: want %s", name, s, want)
			return
		}
		*p, v.source = parsed, f.source
	}
	f.defined = append(f.defined, v)
	f.set.Var(v, name, usage)
}

// String defines a flag of any text that is not empty: a variable that is not set
// must not switch off what the flag protects.
func (f *Flags) String(p *string, name, fallback, usage string) {
	define(f, p, name, fallback, usage, "a text that is not empty", func(s string) (string, bool) { return s, s != "" })
}

// Choice defines a flag that takes one of several words.
func (f *Flags) Choice(p *string, name, fallback string, words []string, usage string) {
	all := strings.Join(words, ", ")
	define(f, p, name, fallback, usage, "one of "+all, func(s string) (string, bool) {
		for _, w := range words {
			if s == w {
				return s, true
			}
		}
		return "", false
	})
	f.set.Lookup(name).Usage += ": " + all
}

// Int defines a flag of a whole number in low..high.
func (f *Flags) Int(p *int, name string, fallback, low, high int, usage string) {
	define(f, p, name, fallback, usage, fmt.Sprintf("a whole number in %d..%d", low, high), func(s string) (int, bool) {
		v, err := strconv.Atoi(s)
		return v, err == nil && v >= low && v <= high
	})
}

// Seed defines a flag of any whole number from 0.
func (f *Flags) Seed(p *uint64, name string, fallback uint64, usage string) {
	define(f, p, name, fallback, usage, "a whole number from 0", func(s string) (uint64, bool) {
		v, err := strconv.ParseUint(s, 10, 64)
		return v, err == nil
	})
}

// Float defines a flag of a number in low..high.
func (f *Flags) Float(p *float64, name string, fallback, low, high float64, usage string) {
	define(f, p, name, fallback, usage, "a number in "+decimal(low)+".."+decimal(high), func(s string) (float64, bool) {
		v, err := strconv.ParseFloat(s, 64)
		return v, err == nil && v >= low && v <= high
	})
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Share defines a flag of a share of a whole: a percentage such as 1%, or a number
// in 0..1.
func (f *Flags) Share(p *float64, name string, fallback float64, usage string) {
	define(f, p, name, fallback, usage, "a share such as 1% or 0.01", func(s string) (float64, bool) {
		number, percent := strings.CutSuffix(s, "%")
		v, err := strconv.ParseFloat(number, 64)
		if percent {
			v /= 100
		}
		return v, err == nil && v >= 0 && v <= 1
	})
}

// Bool defines a flag that is false unless given.
func (f *Flags) Bool(p *bool, name, usage string) {
	define(f, p, name, false, usage, "true or false", func(s string) (bool, bool) {
		v, err := strconv.ParseBool(s)
		return v, err == nil
	})
}

// Duration defines a flag of a duration in low..high.
func (f *Flags) Duration(p *time.Duration, name string, fallback, low, high time.Duration, usage string) {
	define(f, p, name, fallback, usage, fmt.Sprintf("a duration in %v..%v, such as 2s or 500ms", low, high), func(s string) (time.Duration, bool) {
		v, err := time.ParseDuration(s)
		return v, err == nil && v >= low && v <= high
	})
}

// Args defines what else the command line holds besides flags: one argument for
// each name, and as many as there are names. Without it there are none.
func (f *Flags) Args(p *[]string, names ...string) {
	f.args, f.wanted = p, names
}

// Parse reads the command line, then CURIO_* variables, then the file that
// --config names; the first that says something wins. Then check may look at the
// values together. The error is flag.ErrHelp, after the usage, or for
// --explain-config the settings, went to usage; a *UsageError; or that of writing
// the settings.
func (f *Flags) Parse(args []string, usage io.Writer, check func()) error {
	args, help := f.strip(args)
	if help {
		f.set.SetOutput(usage)
		fmt.Fprintf(usage, "%s\n\nUsage: %s\n\nFlags (each also as CURIO_NAME in the environment):\n", f.about,
			strings.Join(append([]string{f.set.Name(), "[flags]"}, f.wanted...), " "))
		f.set.PrintDefaults()
		f.describe(usage)
		return flag.ErrHelp
	}
	f.source = "flag"
	err := f.set.Parse(args)
	if err == nil {
		f.source = "environment"
		err = ff.Parse(f.set, nil, ff.WithEnvVarPrefix("CURIO"), ff.WithConfigFileFlag("config"), ff.WithConfigFileParser(f.yaml))
	}
	if err != nil {
		f.Fault("%v", err)
	}
	if check != nil {
		check()
	}
	if len(f.faults) > 0 {
		return &UsageError{f.faults}
	}
	if f.explains {
		if err := f.explain(usage); err != nil {
			return fmt.Errorf("--%s: %w", explain, err)
		}
		return flag.ErrHelp
	}
	return nil
}

// strip returns args without what package flag would stop at, arguments and
// faults, and whether help was asked for.
func (f *Flags) strip(args []string) (kept []string, help bool) {
	var words []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		name, hasValue, isFlag := flagName(arg)
		known := f.set.Lookup(name)
		switch {
		case isHelp(name):
			return nil, true
		case !isFlag && len(words) < len(f.wanted):
			words = append(words, arg)
		case !isFlag:
			f.Fault("argument %q belongs to no flag", arg)
		case known == nil:
			f.Fault("there is no flag --%s", name)
			if !hasValue && i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
				i++
			}
		case hasValue || plain(known):
			kept = append(kept, arg)
		case i+1 == len(args):
			f.Fault("--%s wants a value", name)
		default:
			kept = append(kept, arg, args[i+1])
			i++
		}
	}
	if missing := f.wanted[len(words):]; len(missing) > 0 {
		f.Fault("argument %s is missing", strings.Join(missing, " "))
	}
	if f.args != nil {
		*f.args = words
	}
	return kept, false
}

// flagName takes an argument apart. One that is no flag has no name.
func flagName(arg string) (name string, hasValue, isFlag bool) {
	if !strings.HasPrefix(arg, "-") {
		return "", false, false
	}
	name, _, hasValue = strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
	return name, hasValue, name != ""
}

func isHelp(name string) bool { return name == "h" || name == "help" }

// wantsValue reports whether there is a flag of that name that cannot stand alone.
func (f *Flags) wantsValue(name string) bool {
	g := f.set.Lookup(name)
	return g != nil && !plain(g)
}

func plain(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}
