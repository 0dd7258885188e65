namespace PerfFlow.Engine.Expressions;

/// <summary>What the names of an expression mean at the place where it stands in a definition.</summary>
internal interface IJsNames
{
    /// <summary>The value of a free name such as <c>variables</c>; null if it means nothing.</summary>
    JsNode? Name(string name, int column);

    /// <summary>A member of a free name such as <c>variables.X</c> or <c>Math.PI</c>; null if it means nothing.</summary>
    JsNode? Member(string owner, string name, int column);

    /// <summary>A call of a documented function such as <c>getInput</c> or <c>Math.max</c>; null if there is none.</summary>
    JsNode? Call(string function, JsNode[] arguments, int column);

    /// <summary>Told when a constant member of a variable is read, so that nothing else of it need be kept.</summary>
    JsNode Read(JsNode target, string member, MemberNode node);
}

/// <summary>
/// The expression grammar of ECMAScript 2020 without what changes things: no assignment, <c>new</c>, <c>delete</c>, functions
/// with bodies, classes, regular expressions or tagged templates. A whole value may be written as <c>return …;</c>.
/// </summary>
internal sealed class JsParser
{
    private const int MaxLength = 20_000;
    private const int MaxNesting = 100;

    private static readonly HashSet<string> Refused = new(StringComparer.Ordinal)
    {
        "new", "this", "function", "class", "async", "await", "yield", "delete", "import", "super", "var", "let", "const", "if", "for",
        "while", "do", "switch", "throw", "try", "return", "debugger", "with", "eval", "globalThis", "instanceof",
    };

    private static readonly Dictionary<string, int> Precedence = new(StringComparer.Ordinal)
    {
        ["??"] = 1, ["||"] = 2, ["&&"] = 3, ["|"] = 4, ["^"] = 5, ["&"] = 6,
        ["=="] = 7, ["!="] = 7, ["==="] = 7, ["!=="] = 7,
        ["<"] = 8, [">"] = 8, ["<="] = 8, [">="] = 8, ["in"] = 8,
        ["<<"] = 9, [">>"] = 9, [">>>"] = 9, ["+"] = 10, ["-"] = 10, ["*"] = 11, ["/"] = 11, ["%"] = 11,
    };

    private readonly JsLexer lexer;
    private readonly IJsNames names;
    private readonly HashSet<JsNode> parenthesised = [];
    private ArrowScope? scope;
    private JsToken token;
    private int nesting;

    private JsParser(string source, IJsNames names)
    {
        lexer = new JsLexer(source);
        this.names = names;
        token = lexer.Next();
    }

    /// <summary>Compiles one expression.</summary>
    /// <exception cref="JsSyntaxException">The source is no expression of this grammar.</exception>
    public static JsNode Parse(string source, IJsNames names)
    {
        if (source.Length > MaxLength)
            throw new JsSyntaxException($"The expression is longer than {MaxLength} characters.", 1);
        var parser = new JsParser(source, names);
        if (parser.token is { Kind: TokenKind.Name, Text: "return" })
            parser.Advance();
        var node = parser.Comma();
        while (parser.Is(";"))
            parser.Advance();
        return parser.token.Kind == TokenKind.End ? node : throw parser.Unexpected();
    }

    private JsNode Comma()
    {
        var node = Assignment();
        while (Is(","))
        {
            var column = Advance().Column;
            node = new CommaNode(column, node, Assignment());
        }

        return node;
    }

    private JsNode Assignment()
    {
        if (++nesting > MaxNesting)
            throw new JsSyntaxException($"The expression is nested more than {MaxNesting} deep.", token.Column);
        var node = TryArrow() ?? Conditional();
        if (token.Kind == TokenKind.Symbol && token.Text.EndsWith('=') && !Precedence.ContainsKey(token.Text))
            throw new JsSyntaxException("An expression cannot assign; use the SetVariable activity.", token.Column);
        nesting--;
        return node;
    }

    private JsNode Conditional()
    {
        var condition = Binary(1);
        if (!Is("?"))
            return condition;
        var column = Advance().Column;
        var then = Assignment();
        Expect(":");
        return new ConditionalNode(column, condition, then, Assignment());
    }

    private JsNode Binary(int least)
    {
        var left = Unary();
        while (token.Kind is TokenKind.Symbol or TokenKind.Name && Precedence.TryGetValue(token.Text, out var strength) && strength >= least)
        {
            var symbol = Advance();
            var right = Binary(strength + 1);
            RefuseMixture(symbol, left);
            RefuseMixture(symbol, right);
            left = symbol.Text switch
            {
                "===" => new StrictEqualsNode(symbol.Column, left, right, negate: false),
                "!==" => new StrictEqualsNode(symbol.Column, left, right, negate: true),
                "&&" or "||" or "??" => new LogicalNode(symbol.Column, symbol.Text, left, right),
                _ => new BinaryNode(symbol.Column, symbol.Text, left, right),
            };
        }

        return left;
    }

    /// <summary>ECMAScript wants parentheses where ?? meets || or &amp;&amp;.</summary>
    private void RefuseMixture(JsToken symbol, JsNode side)
    {
        if (side is LogicalNode logical && !parenthesised.Contains(side) && symbol.Text is "??" or "||" or "&&"
            && (symbol.Text == "??") != (logical.Symbol == "??"))
            throw new JsSyntaxException("'??' and '||' or '&&' need parentheses between them.", side.Column);
    }

    private JsNode Unary()
    {
        if ((token.Kind == TokenKind.Symbol && token.Text is "!" or "-" or "+" or "~") || (token.Kind == TokenKind.Name && token.Text is "typeof" or "void"))
        {
            if (++nesting > MaxNesting)
                throw new JsSyntaxException($"The expression is nested more than {MaxNesting} deep.", token.Column);
            var symbol = Advance();
            var operandOfSign = Unary();
            if (operandOfSign is BinaryNode { Symbol: "**" } && !parenthesised.Contains(operandOfSign))
                throw new JsSyntaxException("A sign before '**' needs parentheses.", operandOfSign.Column);
            var node = new UnaryNode(symbol.Column, symbol.Text, operandOfSign);
            nesting--;
            return node;
        }

        var operand = Chain();
        if (!Is("**"))
            return operand;
        var power = Advance();
        if (++nesting > MaxNesting)
            throw new JsSyntaxException($"The expression is nested more than {MaxNesting} deep.", power.Column);
        var result = new BinaryNode(power.Column, "**", operand, Unary());
        nesting--;
        return result;
    }

    private JsNode Chain()
    {
        var node = Primary(out var owner);
        var skips = false;
        while (true)
        {
            var column = token.Column;
            var optional = Is("?.");
            if (optional)
            {
                skips = true;
                Advance();
            }

            if (Is(".") || (optional && token.Kind == TokenKind.Name))
            {
                if (!optional)
                    Advance();
                var name = Word();
                var direct = owner is not null && !optional ? names.Member(owner, name.Text, name.Column) : null;
                if (Is("("))
                {
                    node = MethodCall(node, owner, name, optional, optionalCall: false);
                }
                else if (Is("?.") && direct is null)
                {
                    var saved = (lexer.Position, token);
                    Advance();
                    if (Is("("))
                    {
                        skips = true;
                        node = MethodCall(node, owner, name, optional, optionalCall: true);
                    }
                    else
                    {
                        (lexer.Position, token) = saved;
                        node = Property(node, owner, name, optional);
                    }
                }
                else
                {
                    node = direct ?? Property(node, owner, name, optional);
                }
            }
            else if (Is("["))
            {
                Advance();
                var key = Comma();
                Expect("]");
                node = new IndexNode(column, Value(node, owner, column), key, optional);
            }
            else if (Is("("))
            {
                var arguments = Arguments();
                if (owner is not null && node is UnknownNode)
                    node = names.Call(owner, arguments, column) ?? throw new JsSyntaxException($"There is no function '{owner}'.", column - owner.Length);
                else
                    node = new CallNode(column, node, arguments, optional);
            }
            else if (token.Kind == TokenKind.Template)
            {
                throw new JsSyntaxException("Tagged templates do not exist here.", column);
            }
            else if (optional)
            {
                throw Unexpected();
            }
            else
            {
                break;
            }

            owner = null;
        }

        if (token.Kind == TokenKind.Symbol && token.Text is "++" or "--")
            throw new JsSyntaxException("An expression cannot assign; use the SetVariable activity.", token.Column);
        node = Value(node, owner, token.Column);
        return skips ? new ChainNode(node.Column, node) : node;
    }

    private JsNode Property(JsNode target, string? owner, JsToken name, bool optional)
    {
        var value = Value(target, owner, name.Column);
        var member = new MemberNode(name.Column, value, name.Text, optional);
        return names.Read(value, name.Text, member);
    }

    private JsNode MethodCall(JsNode target, string? owner, JsToken name, bool optional, bool optionalCall)
    {
        var arguments = Arguments();
        if (owner is not null && target is UnknownNode)
        {
            var call = names.Call($"{owner}.{name.Text}", arguments, name.Column);
            if (call is not null)
                return call;
            if (names.Name(owner, name.Column) is null)
                throw new JsSyntaxException($"There is no function '{owner}.{name.Text}'.", name.Column);
        }

        if (!Methods.Exists(name.Text) && target is not ObjectNode)
            throw new JsSyntaxException($"There is no method '{name.Text}'.", name.Column);
        return new MethodNode(name.Column, Value(target, owner, name.Column), name.Text, arguments, optional, optionalCall);
    }

    /// <summary>A free name is a value only when it is not the owner of a member or the name of a function.</summary>
    private JsNode Value(JsNode node, string? owner, int column) => node is UnknownNode
        ? names.Name(owner!, node.Column) ?? throw new JsSyntaxException($"The name '{owner}' means nothing here.", node.Column)
        : column >= 0 ? node : throw Unexpected();

    private JsNode Primary(out string? owner)
    {
        owner = null;
        var current = token;
        switch (current.Kind)
        {
            case TokenKind.Number:
                Advance();
                return new ConstantNode(current.Column, current.Number);
            case TokenKind.Text:
                Advance();
                return new ConstantNode(current.Column, current.Text);
            case TokenKind.Template:
                return Template();
            case TokenKind.Name:
                Advance();
                return Name(current, out owner);
            case TokenKind.Symbol when current.Text == "(":
                Advance();
                var inner = Comma();
                Expect(")");
                parenthesised.Add(inner);
                return inner;
            case TokenKind.Symbol when current.Text == "[":
                return List();
            case TokenKind.Symbol when current.Text == "{":
                return Object();
            case TokenKind.Symbol when current.Text is "/" or "/=":
                throw new JsSyntaxException("Regular expressions do not exist here.", current.Column);
            default:
                throw Unexpected();
        }
    }

    private JsNode Name(JsToken name, out string? owner)
    {
        owner = null;
        if (Refused.Contains(name.Text))
            throw new JsSyntaxException($"'{name.Text}' does not exist here: only expressions do.", name.Column);
        var constant = name.Text switch
        {
            "true" => JsValue.True,
            "false" => JsValue.False,
            "null" => JsValue.Null,
            "undefined" => JsValue.Undefined,
            "NaN" => JsValue.NaN,
            "Infinity" => double.PositiveInfinity,
            _ => JsValue.Skipped,
        };
        if (constant.Type != JsType.Skipped)
            return new ConstantNode(name.Column, constant);
        var hops = 0;
        for (var at = scope; at is not null; at = at.Outer, hops++)
        {
            var slot = at.Names.LastIndexOf(name.Text);
            if (slot >= 0)
                return new LocalNode(name.Column, hops, slot);
        }

        owner = name.Text;
        return new UnknownNode(name.Column);
    }

    private TemplateNode Template()
    {
        var column = token.Column;
        var texts = new List<string>();
        var holes = new List<JsNode>();
        while (true)
        {
            var (text, hole) = lexer.ReadTemplatePiece();
            texts.Add(text);
            if (!hole)
                break;
            token = lexer.Next();
            holes.Add(Comma());
            if (!Is("}"))
                throw Unexpected();
        }

        token = lexer.Next();
        return new TemplateNode(column, [.. texts], [.. holes]);
    }

    private ArrayNode List()
    {
        var column = Advance().Column;
        var elements = new List<JsNode>();
        while (!Is("]"))
        {
            if (Is(","))
                elements.Add(new ConstantNode(token.Column, JsValue.Undefined));
            else
                elements.Add(Element());
            if (!Is("]"))
                Expect(",");
        }

        Advance();
        return new ArrayNode(column, [.. elements]);
    }

    private ObjectNode Object()
    {
        var column = Advance().Column;
        var entries = new List<(JsNode, JsNode)>();
        while (!Is("}"))
        {
            if (Is("..."))
            {
                var spread = Element();
                entries.Add((spread, ((SpreadNode)spread).Inner));
            }
            else if (Is("["))
            {
                Advance();
                var key = Assignment();
                Expect("]");
                Expect(":");
                entries.Add((key, Assignment()));
            }
            else
            {
                entries.Add(Entry());
            }

            if (!Is("}"))
                Expect(",");
        }

        Advance();
        return new ObjectNode(column, [.. entries]);
    }

    private (JsNode Key, JsNode Value) Entry()
    {
        var name = Advance();
        var key = name.Kind switch
        {
            TokenKind.Name or TokenKind.Text => name.Text,
            TokenKind.Number => NumberText.Of(name.Number),
            _ => throw new JsSyntaxException("An object needs a key here.", name.Column),
        };
        var keyNode = new ConstantNode(name.Column, key);
        if (Is(":"))
        {
            Advance();
            return (keyNode, Assignment());
        }

        if (name.Kind != TokenKind.Name || Is("("))
            throw Unexpected();
        var node = Name(name, out var owner);
        return (keyNode, Value(node, owner, name.Column));
    }

    private JsNode Element()
    {
        if (!Is("..."))
            return Assignment();
        var column = Advance().Column;
        return new SpreadNode(column, Assignment());
    }

    private JsNode[] Arguments()
    {
        Expect("(");
        var arguments = new List<JsNode>();
        while (!Is(")"))
        {
            arguments.Add(Element());
            if (!Is(")"))
                Expect(",");
        }

        Advance();
        return [.. arguments];
    }

    private JsNode? TryArrow()
    {
        var saved = (lexer.Position, token);
        if (!LooksLikeArrow())
        {
            (lexer.Position, token) = saved;
            return null;
        }

        (lexer.Position, token) = saved;
        var column = token.Column;
        scope = new ArrowScope([], scope);
        var parameters = new List<ArrowParameter>();
        if (token.Kind == TokenKind.Name)
        {
            parameters.Add(Parameter());
        }
        else
        {
            Expect("(");
            while (!Is(")"))
            {
                parameters.Add(Parameter());
                if (!Is(")"))
                    Expect(",");
            }

            Advance();
        }

        Expect("=>");
        if (Is("{"))
            throw new JsSyntaxException("An arrow function has an expression here, no body; an object needs parentheses.", token.Column);
        var body = Assignment();
        var node = new ArrowNode(column, [.. parameters], scope.Names.Count, body);
        scope = scope.Outer;
        return node;
    }

    /// <summary>Looks ahead: a name and an arrow, or parentheses that are followed by an arrow.</summary>
    private bool LooksLikeArrow()
    {
        if (token.Kind == TokenKind.Name && !Refused.Contains(token.Text))
        {
            Advance();
            return Is("=>");
        }

        if (!Is("("))
            return false;
        var depth = 0;
        do
        {
            if (token.Kind == TokenKind.End)
                return false;
            if (token.Kind == TokenKind.Template)
                SkipTemplate();
            else if (token.Kind == TokenKind.Symbol)
                depth += token.Text is "(" or "[" or "{" ? 1 : token.Text is ")" or "]" or "}" ? -1 : 0;
            Advance();
        }
        while (depth > 0);
        return Is("=>");
    }

    private void SkipTemplate()
    {
        while (lexer.ReadTemplatePiece().Hole)
        {
            var depth = 1;
            while (depth > 0)
            {
                token = lexer.Next();
                if (token.Kind == TokenKind.End)
                    throw new JsSyntaxException("The template has no end.", token.Column);
                if (token.Kind == TokenKind.Template)
                    SkipTemplate();
                else if (token.Kind == TokenKind.Symbol)
                    depth += token.Text is "{" ? 1 : token.Text is "}" ? -1 : 0;
            }
        }
    }

    private ArrowParameter Parameter()
    {
        var rest = Is("...");
        if (rest)
            Advance();
        ArrowParameter[]? elements = null;
        (string, ArrowParameter)[]? properties = null;
        var slot = -1;
        if (Is("["))
            elements = ListPattern();
        else if (Is("{"))
            properties = ObjectPattern();
        else
            slot = Declare(Word());
        JsNode? fallback = null;
        if (Is("=") && !rest)
        {
            Advance();
            fallback = Assignment();
        }

        return new ArrowParameter(slot, fallback, rest, elements, properties);
    }

    private ArrowParameter[] ListPattern()
    {
        Expect("[");
        var elements = new List<ArrowParameter>();
        while (!Is("]"))
        {
            elements.Add(Is(",") ? new ArrowParameter(Declare(token with { Kind = TokenKind.Name, Text = "" }), null, false, null, null) : Parameter());
            if (!Is("]"))
                Expect(",");
        }

        Advance();
        return [.. elements];
    }

    private (string, ArrowParameter)[] ObjectPattern()
    {
        Expect("{");
        var properties = new List<(string, ArrowParameter)>();
        while (!Is("}"))
        {
            var name = Advance();
            if (name.Kind is not (TokenKind.Name or TokenKind.Text))
                throw new JsSyntaxException("A pattern needs a key here.", name.Column);
            if (Is(":"))
            {
                Advance();
                properties.Add((name.Text, Parameter()));
            }
            else
            {
                var slot = Declare(name);
                JsNode? fallback = null;
                if (Is("="))
                {
                    Advance();
                    fallback = Assignment();
                }

                properties.Add((name.Text, new ArrowParameter(slot, fallback, false, null, null)));
            }

            if (!Is("}"))
                Expect(",");
        }

        Advance();
        return [.. properties];
    }

    private int Declare(JsToken name)
    {
        scope!.Names.Add(name.Text);
        return scope.Names.Count - 1;
    }

    private JsToken Word() => token.Kind == TokenKind.Name ? Advance() : throw Unexpected();

    private bool Is(string symbol) => token.Kind == TokenKind.Symbol && token.Text == symbol;

    private JsToken Advance()
    {
        var current = token;
        token = lexer.Next();
        return current;
    }

    private void Expect(string symbol)
    {
        if (!Is(symbol))
            throw Unexpected();
        Advance();
    }

    private JsSyntaxException Unexpected() => token.Kind == TokenKind.End
        ? new JsSyntaxException("The expression has no end.", token.Column)
        : new JsSyntaxException($"'{(token.Kind == TokenKind.Number ? NumberText.Of(token.Number) : token.Text)}' is not expected here.", token.Column);

    private sealed record ArrowScope(List<string> Names, ArrowScope? Outer);

    /// <summary>A free name until the parser knows whether it is called, asked for a member, or a value.</summary>
    private sealed class UnknownNode(int column) : JsNode(column)
    {
        public override JsValue Evaluate(JsContext context) => throw new JsException("A free name has no value.", Column);
    }
}
