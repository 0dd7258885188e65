using System.Globalization;
using PerfFlow.Engine.Definitions;

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
internal sealed partial class JsParser
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
            throw new JsSyntaxException(ReasonCodes.TooLong, 1, MaxLength.ToString(CultureInfo.InvariantCulture));
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
            throw new JsSyntaxException(ReasonCodes.TooDeep, token.Column, MaxNesting.ToString(CultureInfo.InvariantCulture));
        var node = TryArrow() ?? Conditional();
        if (token.Kind == TokenKind.Symbol && token.Text.EndsWith('=') && !Precedence.ContainsKey(token.Text))
            throw new JsSyntaxException(ReasonCodes.NoAssignment, token.Column);
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
            throw new JsSyntaxException(ReasonCodes.MixedNullish, side.Column);
    }

    private JsNode Unary()
    {
        if ((token.Kind == TokenKind.Symbol && token.Text is "!" or "-" or "+" or "~") || (token.Kind == TokenKind.Name && token.Text is "typeof" or "void"))
        {
            if (++nesting > MaxNesting)
                throw new JsSyntaxException(ReasonCodes.TooDeep, token.Column, MaxNesting.ToString(CultureInfo.InvariantCulture));
            var symbol = Advance();
            var operandOfSign = Unary();
            if (operandOfSign is BinaryNode { Symbol: "**" } && !parenthesised.Contains(operandOfSign))
                throw new JsSyntaxException(ReasonCodes.SignedPower, operandOfSign.Column);
            var node = new UnaryNode(symbol.Column, symbol.Text, operandOfSign);
            nesting--;
            return node;
        }

        var operand = Chain();
        if (!Is("**"))
            return operand;
        var power = Advance();
        if (++nesting > MaxNesting)
            throw new JsSyntaxException(ReasonCodes.TooDeep, power.Column, MaxNesting.ToString(CultureInfo.InvariantCulture));
        var result = new BinaryNode(power.Column, "**", operand, Unary());
        nesting--;
        return result;
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
        ? new JsSyntaxException(ReasonCodes.ExpressionEnd, token.Column)
        : new JsSyntaxException(ReasonCodes.Unexpected, token.Column, token.Kind == TokenKind.Number ? NumberText.Of(token.Number) : token.Text);
}
