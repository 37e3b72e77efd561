package recommend

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// ErrExpression is wrapped by the errors of CompileFilter.
var ErrExpression = errors.New("not a filter expression")

// Bounds of an expression: together with the operators that are left, they bound what
// it costs for one item to some 64 simple steps without a loop.
const (
	MaxExpression = 1024 // bytes
	maxNodes      = 64   // names, constants outside of lists, and operators
	maxListed     = 512  // nodes, with what stands in lists
)

// Expression is a condition on the attributes of an item, such as
//
//	category == "code" and (price <= 20 or "beginner" in tags) and not (title startsWith "Old")
//
// It is immutable and safe for concurrent use.
type Expression struct {
	text    string
	program *vm.Program
	uses    []attribute
}

// String returns the text of an expression.
func (x *Expression) String() string { return x.text }

// CompileFilter reads an expression of the language of github.com/expr-lang/expr, of
// which only a part is let in: and, or, not, comparisons, in and a list of constants,
// contains, startsWith, endsWith, ? :, + - * / of numbers, and lower, upper, len, abs,
// ceil, floor, round, min, max. An attribute that is unknown of an item is "" or 0 or has
// no elements.
//
// The names are id, title, domain, category, lecturer_id, currency and partner_id, which
// are texts, tags, a list of them, and these numbers: difficulty in 1..5, price in major
// units of the currency, duration in seconds, published_at in seconds since 1970 UTC, and
// popularity, the share of all users who touched the item, in 0..1.
//
// The error wraps ErrExpression and says in which line and column what is wrong.
func CompileFilter(text string) (*Expression, error) {
	if len(text) > MaxExpression {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrExpression, len(text), MaxExpression)
	}
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("%w: not UTF-8", ErrExpression)
	}
	tree, err := parser.Parse(text)
	if err != nil {
		return nil, located(err)
	}
	c := census{source: tree.Source, uses: make(map[string]bool)}
	ast.Walk(&tree.Node, &c)
	if c.fault == nil && c.nodes-c.listed > maxNodes {
		c.fault = fmt.Errorf("%w: more than %d names, constants and operators", ErrExpression, maxNodes)
	}
	if c.fault != nil {
		return nil, c.fault
	}
	program, err := expr.Compile(text, expr.Env(sample), expr.AsBool(), expr.MaxNodes(maxListed))
	if err != nil {
		return nil, located(err)
	}
	// The types are known only now.
	root := program.Node()
	j := joins{source: tree.Source}
	ast.Walk(&root, &j)
	if j.fault != nil {
		return nil, j.fault
	}
	x := &Expression{text: text, program: program}
	for _, a := range attributes {
		if c.uses[a.name] {
			x.uses = append(x.uses, a)
		}
	}
	return x, nil
}

// located says where an error of the library is.
func located(err error) error {
	var f *file.Error
	if !errors.As(err, &f) {
		return fmt.Errorf("%w: %w", ErrExpression, err)
	}
	message := f.Message
	if strings.Contains(message, "unknown name") {
		message += "; the names are " + strings.Join(attributeNames(), ", ")
	}
	return fmt.Errorf("%w: line %d, column %d: %s", ErrExpression, f.Line, f.Column+1, message)
}

// at is an error at a node.
func at(source file.Source, node ast.Node, format string, args ...any) error {
	return located((&file.Error{Location: node.Location(), Message: fmt.Sprintf(format, args...)}).Bind(source))
}

var (
	allowedOperators = set("or", "||", "and", "&&", "not", "!", "==", "!=", "<", ">", "<=", ">=", "in", "contains", "startsWith", "endsWith", "+", "-", "*", "/")
	allowedCalls     = set("lower", "upper", "len", "abs", "ceil", "floor", "round", "min", "max")
)

func set(names ...string) map[string]bool {
	s := make(map[string]bool, len(names))
	for _, name := range names {
		s[name] = true
	}
	return s
}

// census lets in what an expression may consist of and counts it.
type census struct {
	source        file.Source
	uses          map[string]bool // names
	nodes, listed int             // all, and the constants in lists among them
	fault         error           // the first
}

// Visit looks at one node, its children before it.
func (c *census) Visit(node *ast.Node) {
	c.nodes++
	if c.fault != nil {
		return
	}
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		if _, ok := sample[n.Value]; !ok { // such as $env, all of them
			c.fault = at(c.source, n, "unknown name %s", n.Value)
		}
		c.uses[n.Value] = true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode:
	case *ast.ConditionalNode:
	case *ast.UnaryNode:
		c.allow(n, n.Operator)
	case *ast.BinaryNode:
		c.allow(n, n.Operator)
	case *ast.BuiltinNode:
		if !allowedCalls[n.Name] {
			c.fault = at(c.source, n, "%s() is not allowed here", n.Name)
		}
	case *ast.ArrayNode:
		for _, element := range n.Nodes {
			switch element.(type) {
			case *ast.IntegerNode, *ast.FloatNode, *ast.StringNode:
				c.listed++
			default:
				c.fault = at(c.source, element, "a list has constants only")
			}
		}
	default:
		name := strings.TrimSuffix(reflect.TypeOf(n).Elem().Name(), "Node")
		c.fault = at(c.source, n, "%s is not allowed here", strings.ToLower(name))
	}
}

func (c *census) allow(n ast.Node, operator string) {
	if !allowedOperators[operator] {
		c.fault = at(c.source, n, "%s is not allowed here", operator)
	}
}

// joins finds texts that are put together, which would grow with every step.
type joins struct {
	source file.Source
	fault  error
}

// Visit looks at one node.
func (j *joins) Visit(node *ast.Node) {
	n, ok := (*node).(*ast.BinaryNode)
	if ok && j.fault == nil && n.Operator == "+" && n.Type() != nil && n.Type().Kind() == reflect.String {
		j.fault = at(j.source, n, "+ is for numbers")
	}
}
