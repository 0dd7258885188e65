using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

/// <summary>Arrow functions and their parameters.</summary>
internal sealed partial class JsParser
{
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
            throw new JsSyntaxException(ReasonCodes.ArrowBody, token.Column);
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
                    throw new JsSyntaxException(ReasonCodes.TemplateEnd, token.Column);
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
                throw new JsSyntaxException(ReasonCodes.KeyExpected, name.Column);
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

    private sealed record ArrowScope(List<string> Names, ArrowScope? Outer);
}
