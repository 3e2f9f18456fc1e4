package pgvalue

import (
	"strings"
)

// pathParser reads a jsonpath by the grammar of jsonpath_gram.y. An error is
// reported at the first token that nothing can follow, as bison does.
type pathParser struct {
	lex pathLexer
	tok pathToken
}

// ParseJSONPath reads a jsonpath.
func ParseJSONPath(s string) (*JSONPath, error) {
	p := &pathParser{lex: pathLexer{s: s}}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok == pathEOF {
		return nil, invalidText("jsonpath", s)
	}
	out := &JSONPath{}
	if p.is("strict") || p.is("lax") {
		out.Strict = p.is("strict")
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	root, _, err := p.any()
	if err != nil {
		return nil, err
	}
	if p.tok != pathEOF {
		return nil, p.syntax()
	}
	out.Root = root
	return out, root.check(0, false)
}

func (p *pathParser) advance() (err error) {
	p.tok, err = p.lex.next()
	return err
}

func (p *pathParser) is(word string) bool { return p.tok == keyword(word) }

func (p *pathParser) syntax() error { return p.lex.fail("syntax error") }

func (p *pathParser) expect(tok pathToken) error {
	if p.tok != tok {
		return p.syntax()
	}
	return p.advance()
}

// any is an expression or a predicate: "||" binds least.
func (p *pathParser) any() (it *PathItem, pred bool, err error) {
	return p.logical(pathOr2, PathOr, func() (*PathItem, bool, error) {
		return p.logical(pathAnd2, PathAnd, p.comparison)
	})
}

func (p *pathParser) logical(tok pathToken, op PathOp, operand func() (*PathItem, bool, error)) (*PathItem, bool, error) {
	l, pred, err := operand()
	for err == nil && pred && p.tok == tok {
		if err = p.advance(); err != nil {
			break
		}
		var r *PathItem
		if r, pred, err = operand(); err == nil && !pred {
			err = p.syntax()
		}
		l = &PathItem{Op: op, Left: l, Right: r}
	}
	return l, pred, err
}

// predicate is any that must be one.
func (p *pathParser) predicate() (*PathItem, error) {
	it, pred, err := p.any()
	if err == nil && !pred {
		err = p.syntax()
	}
	return it, err
}

func (p *pathParser) comparison() (*PathItem, bool, error) {
	switch {
	case p.tok == '!':
		if err := p.advance(); err != nil {
			return nil, false, err
		}
		arg, err := p.delimited()
		return &PathItem{Op: PathNot, Left: arg}, true, err
	case p.is("exists"):
		it, err := p.delimited()
		return it, true, err
	}
	l, pred, err := p.sum(true)
	if err != nil || pred {
		return l, pred, err
	}
	op, ok := map[pathToken]PathOp{pathEQ: PathEqual, pathNE: PathNotEqual, '<': PathLess, '>': PathGreater, pathLE: PathLessOrEqual, pathGE: PathGreaterOrEqual}[p.tok]
	switch {
	case ok:
		if err := p.advance(); err != nil {
			return nil, false, err
		}
		r, _, err := p.sum(false)
		return &PathItem{Op: op, Left: l, Right: r}, true, err
	case p.is("starts"):
		it, err := p.startsWith(l)
		return it, true, err
	case p.is("like_regex"):
		it, err := p.likeRegex(l)
		return it, true, err
	}
	return l, false, nil
}

// delimited is "(predicate)" or "exists (expression)".
func (p *pathParser) delimited() (*PathItem, error) {
	exists := p.is("exists")
	if exists {
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if err := p.expect('('); err != nil {
		return nil, err
	}
	if exists {
		arg, _, err := p.sum(false)
		if err != nil {
			return nil, err
		}
		return &PathItem{Op: PathExists, Left: arg}, p.expect(')')
	}
	it, err := p.predicate()
	if err != nil {
		return nil, err
	}
	return it, p.expect(')')
}

func (p *pathParser) startsWith(l *PathItem) (*PathItem, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if err := p.expect(keyword("with")); err != nil {
		return nil, err
	}
	r := &PathItem{Op: PathString, Text: p.lex.text}
	switch p.tok {
	case pathText:
	case pathVar:
		r.Op = PathVariable
	default:
		return nil, p.syntax()
	}
	return &PathItem{Op: PathStartsWith, Left: l, Right: r}, p.advance()
}

func (p *pathParser) likeRegex(l *PathItem) (*PathItem, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	it := &PathItem{Op: PathLikeRegex, Left: l, Text: p.lex.text}
	if err := p.expect(pathText); err != nil {
		return nil, err
	}
	if !p.is("flag") {
		return it, CheckRegex(it.Text, it.Flags)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok != pathText {
		return nil, p.syntax()
	}
	flags := p.lex.text
	for i := 0; i < len(flags); i++ {
		switch flags[i] {
		case 'i':
			it.Flags.ICase = true
		case 's':
			it.Flags.DotAll = true
		case 'm':
			it.Flags.Lines = true
		case 'x':
			it.Flags.Expanded = true
		case 'q':
			it.Flags.Quote = true
		default:
			e := Errorf("42601", "invalid input syntax for type jsonpath")
			e.Detail = "Unrecognized flag character \"" + strings.ToValidUTF8(flags[i:i+1], "") + "\" in LIKE_REGEX predicate."
			return nil, e
		}
	}
	if it.Flags.Expanded && !it.Flags.Quote {
		return nil, Errorf(codeNotSupported, "XQuery \"x\" flag (expanded regular expressions) is not implemented")
	}
	if err := CheckRegex(it.Text, it.Flags); err != nil {
		return nil, err
	}
	return it, p.advance()
}

// binary is a level of left-associative operators; preds says that a predicate
// may stand here instead.
func (p *pathParser) binary(ops map[pathToken]PathOp, preds bool, operand func(preds bool) (*PathItem, bool, error)) (*PathItem, bool, error) {
	l, pred, err := operand(preds)
	for err == nil && !pred {
		op, ok := ops[p.tok]
		if !ok {
			break
		}
		if err = p.advance(); err != nil {
			break
		}
		var r *PathItem
		r, _, err = operand(false)
		l = &PathItem{Op: op, Left: l, Right: r}
	}
	return l, pred, err
}

var (
	pathSums     = map[pathToken]PathOp{'+': PathAdd, '-': PathSub}
	pathProducts = map[pathToken]PathOp{'*': PathMul, '/': PathDiv, '%': PathMod}
)

func (p *pathParser) sum(preds bool) (*PathItem, bool, error) {
	return p.binary(pathSums, preds, p.product)
}

func (p *pathParser) product(preds bool) (*PathItem, bool, error) {
	return p.binary(pathProducts, preds, p.unary)
}

func (p *pathParser) unary(preds bool) (*PathItem, bool, error) {
	op := PathPlus
	switch p.tok {
	case '+':
	case '-':
		op = PathMinus
	default:
		return p.accessors(preds)
	}
	if err := p.advance(); err != nil {
		return nil, false, err
	}
	arg, _, err := p.unary(false)
	if err != nil {
		return nil, false, err
	}
	if arg.Op == PathNumeric && arg.Next == nil {
		if op == PathMinus {
			n := *arg.Num
			n.Negative = !n.Negative && !n.IsZero()
			arg = &PathItem{Op: PathNumeric, Num: &n}
		}
		return arg, false, nil
	}
	return &PathItem{Op: op, Left: arg}, false, nil
}

// accessors is a primary with what is applied to it.
func (p *pathParser) accessors(preds bool) (*PathItem, bool, error) {
	head, pred, err := p.primary()
	if err != nil {
		return nil, false, err
	}
	if pred && preds && p.is("is") {
		if err := p.advance(); err != nil {
			return nil, false, err
		}
		return &PathItem{Op: PathIsUnknown, Left: head}, true, p.expect(keyword("unknown"))
	}
	end := head
	for end.Next != nil {
		end = end.Next
	}
	for p.tok == '.' || p.tok == '[' || p.tok == '?' {
		pred = false
		if end.Next, err = p.accessor(); err != nil {
			return nil, false, err
		}
		end = end.Next
	}
	if pred && !preds {
		return nil, false, p.syntax()
	}
	return head, pred, nil
}

func (p *pathParser) primary() (it *PathItem, pred bool, err error) {
	it = &PathItem{Text: p.lex.text}
	switch {
	case p.tok == '(':
		if err := p.advance(); err != nil {
			return nil, false, err
		}
		if it, pred, err = p.any(); err != nil {
			return nil, false, err
		}
		return it, pred, p.expect(')')
	case p.tok == '$':
		it.Op = PathRoot
	case p.tok == '@':
		it.Op = PathCurrent
	case p.tok == pathText:
		it.Op = PathString
	case p.tok == pathVar:
		it.Op = PathVariable
	case p.tok == pathNumber || p.tok == pathInt:
		it.Op = PathNumeric
		if it.Num, err = ParseNumeric(it.Text); err != nil {
			return nil, false, err
		}
	case p.is("null"):
		it.Op = PathNull
	case p.is("true"), p.is("false"):
		it.Op, it.Bool = PathBool, p.is("true")
	case p.is("last"):
		it.Op = PathLast
	default:
		return nil, false, p.syntax()
	}
	return it, false, p.advance()
}

var pathMethods = map[string]PathOp{
	"abs": PathAbs, "size": PathSize, "type": PathType, "floor": PathFloor, "double": PathDouble, "ceiling": PathCeiling, "keyvalue": PathKeyValue, "datetime": PathDatetime,
}

func (p *pathParser) accessor() (*PathItem, error) {
	start := p.tok
	if err := p.advance(); err != nil {
		return nil, err
	}
	switch start {
	case '?':
		if err := p.expect('('); err != nil {
			return nil, err
		}
		arg, err := p.predicate()
		if err != nil {
			return nil, err
		}
		return &PathItem{Op: PathFilter, Left: arg}, p.expect(')')
	case '[':
		return p.subscripts()
	}
	switch {
	case p.tok == '*':
		return &PathItem{Op: PathAnyKey}, p.advance()
	case p.tok == pathAny2:
		return p.anyPath()
	case p.tok != pathIdent && p.tok != pathText && p.tok > pathKeyword:
		return nil, p.syntax()
	}
	name, quoted := p.lex.text, p.tok == pathText
	if err := p.advance(); err != nil {
		return nil, err
	}
	op, method := pathMethods[strings.ToLower(name)]
	if quoted || !method || p.tok != '(' {
		return &PathItem{Op: PathKey, Text: name}, nil
	}
	it := &PathItem{Op: op}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if op == PathDatetime && p.tok == pathText {
		it.Left = &PathItem{Op: PathString, Text: p.lex.text}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	return it, p.expect(')')
}

func (p *pathParser) subscripts() (*PathItem, error) {
	if p.tok == '*' {
		if err := p.advance(); err != nil {
			return nil, err
		}
		return &PathItem{Op: PathAnyArray}, p.expect(']')
	}
	it := &PathItem{Op: PathIndexArray}
	for {
		from, _, err := p.sum(false)
		if err != nil {
			return nil, err
		}
		s := PathSubscript{From: from}
		if p.is("to") {
			if err := p.advance(); err != nil {
				return nil, err
			}
			if s.To, _, err = p.sum(false); err != nil {
				return nil, err
			}
		}
		it.Subs = append(it.Subs, s)
		if p.tok != ',' {
			return it, p.expect(']')
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
}

// anyPath is **, with levels or without.
func (p *pathParser) anyPath() (*PathItem, error) {
	it := &PathItem{Op: PathAny, Last: PathLastLevel}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok != '{' {
		return it, nil
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	var err error
	if it.First, err = p.level(); err != nil {
		return nil, err
	}
	it.Last = it.First
	if p.is("to") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		if it.Last, err = p.level(); err != nil {
			return nil, err
		}
	}
	return it, p.expect('}')
}

func (p *pathParser) level() (uint32, error) {
	switch {
	case p.is("last"):
		return PathLastLevel, p.advance()
	case p.tok == pathInt:
		n, err := parseInt("integer", p.lex.text, -1<<31, 1<<31-1)
		if err != nil {
			return 0, err
		}
		return uint32(n.(int64)), p.advance()
	}
	return 0, p.syntax()
}
