using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

/// <summary>Literals, names, templates, lists and objects.</summary>
internal sealed partial class JsParser
{
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
                throw new JsSyntaxException(ReasonCodes.NoRegex, current.Column);
            default:
                throw Unexpected();
        }
    }

    private JsNode Name(JsToken name, out string? owner)
    {
        owner = null;
        if (Refused.Contains(name.Text))
            throw new JsSyntaxException(ReasonCodes.OnlyExpressions, name.Column, name.Text);
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
            _ => throw new JsSyntaxException(ReasonCodes.KeyExpected, name.Column),
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
        return (keyNode, Value(node, owner));
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
}
