using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

/// <summary>Members, elements, calls and optional chains.</summary>
internal sealed partial class JsParser
{
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
                node = new IndexNode(column, Value(node, owner), key, optional);
            }
            else if (Is("("))
            {
                var arguments = Arguments();
                if (owner is not null && node is UnknownNode)
                    node = names.Call(owner, arguments, column) ?? throw new JsSyntaxException(ReasonCodes.NoFunction, column - owner.Length, owner);
                else
                    node = new CallNode(column, node, arguments, optional);
            }
            else if (token.Kind == TokenKind.Template)
            {
                throw new JsSyntaxException(ReasonCodes.TaggedTemplate, column);
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
            throw new JsSyntaxException(ReasonCodes.NoAssignment, token.Column);
        node = Value(node, owner);
        return skips ? new ChainNode(node.Column, node) : node;
    }

    private JsNode Property(JsNode target, string? owner, JsToken name, bool optional)
    {
        var value = Value(target, owner);
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
                throw new JsSyntaxException(ReasonCodes.NoFunction, name.Column, $"{owner}.{name.Text}");
        }

        if (!Methods.Exists(name.Text) && target is not ObjectNode)
            throw new JsSyntaxException(ReasonCodes.NoMethod, name.Column, name.Text);
        return new MethodNode(name.Column, Value(target, owner), name.Text, arguments, optional, optionalCall);
    }

    /// <summary>A free name is a value only when it is not the owner of a member or the name of a function.</summary>
    private JsNode Value(JsNode node, string? owner) => node is UnknownNode
        ? names.Name(owner!, node.Column) ?? throw new JsSyntaxException(ReasonCodes.NoMeaning, node.Column, owner)
        : node;

    /// <summary>A free name until the parser knows whether it is called, asked for a member, or a value.</summary>
    private sealed class UnknownNode(int column) : JsNode(column)
    {
        public override JsValue Evaluate(JsContext context) => throw new JsException(ReasonCodes.FreeName, Column);
    }
}
