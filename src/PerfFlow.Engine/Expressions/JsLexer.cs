using System.Globalization;
using System.Text;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

internal enum TokenKind : byte
{
    End,
    Name,
    Number,
    Text,
    Template,
    Symbol,
}

/// <summary>A token. A template token carries its raw pieces; the parser reads the expressions between them.</summary>
internal readonly record struct JsToken(TokenKind Kind, string Text, double Number, int Column, bool AfterNewline);

/// <summary>The expression cannot be compiled. The column counts from 1.</summary>
internal sealed class JsSyntaxException(string code, int column, params string?[] args) : Exception($"{code} at {column}")
{
    public Reason Reason { get; } = new(code, args) { Column = column };

    public int Column => Reason.Column;
}

/// <summary>Reads tokens of ECMAScript 2020; there are no regular expressions, so a slash is always a division.</summary>
internal sealed class JsLexer(string source)
{
    private static readonly string[] Symbols =
    [
        ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=",
        "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "**", "++", "--", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
        "(", ")", "[", "]", "{", "}", ",", ";", ":", "?", ".", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "!", "~", "=",
    ];

    public int Position { get; set; }

    public JsToken Next()
    {
        var newline = SkipSpace();
        if (Position >= source.Length)
            return new JsToken(TokenKind.End, "", 0, Position + 1, newline);
        var start = Position;
        var c = source[start];
        if (char.IsLetter(c) || c is '_' or '$')
        {
            while (Position < source.Length && (char.IsLetterOrDigit(source[Position]) || source[Position] is '_' or '$'))
                Position++;
            return new JsToken(TokenKind.Name, source[start..Position], 0, start + 1, newline);
        }

        if (char.IsAsciiDigit(c) || (c == '.' && start + 1 < source.Length && char.IsAsciiDigit(source[start + 1])))
            return new JsToken(TokenKind.Number, "", ReadNumber(), start + 1, newline);
        if (c is '"' or '\'')
        {
            Position++;
            return new JsToken(TokenKind.Text, ReadText(c), 0, start + 1, newline);
        }

        if (c == '`')
        {
            Position++;
            return new JsToken(TokenKind.Template, "`", 0, start + 1, newline);
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(source, start, symbol, 0, symbol.Length) != 0)
                continue;
            // "a?.5:b" is a conditional with a number, not an optional chain.
            if (symbol == "?." && start + 2 < source.Length && char.IsAsciiDigit(source[start + 2]))
                continue;
            Position += symbol.Length;
            return new JsToken(TokenKind.Symbol, symbol, 0, start + 1, newline);
        }

        throw new JsSyntaxException(ReasonCodes.Character, start + 1, c.ToString());
    }

    /// <summary>Text of a template up to <c>${</c> or the closing backtick; says which of the two it was.</summary>
    public (string Text, bool Hole) ReadTemplatePiece()
    {
        var text = new StringBuilder();
        while (Position < source.Length)
        {
            var c = source[Position];
            if (c == '`')
            {
                Position++;
                return (text.ToString(), false);
            }

            if (c == '$' && Position + 1 < source.Length && source[Position + 1] == '{')
            {
                Position += 2;
                return (text.ToString(), true);
            }

            Position++;
            if (c == '\\')
                ReadEscape(text);
            else if (c != '\r')
                text.Append(c);
            else if (Position >= source.Length || source[Position] != '\n')
                text.Append('\n');
        }

        throw new JsSyntaxException(ReasonCodes.TemplateEnd, Position + 1);
    }

    private bool SkipSpace()
    {
        var newline = false;
        while (Position < source.Length)
        {
            var c = source[Position];
            if (char.IsWhiteSpace(c) || c == '\uFEFF')
            {
                newline |= c is '\n' or '\r' or '\u2028' or '\u2029';
                Position++;
            }
            else if (c == '/' && Position + 1 < source.Length && source[Position + 1] == '/')
            {
                while (Position < source.Length && source[Position] is not ('\n' or '\r'))
                    Position++;
            }
            else if (c == '/' && Position + 1 < source.Length && source[Position + 1] == '*')
            {
                var end = source.IndexOf("*/", Position + 2, StringComparison.Ordinal);
                if (end < 0)
                    throw new JsSyntaxException(ReasonCodes.CommentEnd, Position + 1);
                newline |= source.AsSpan(Position, end - Position).ContainsAny('\n', '\r');
                Position = end + 2;
            }
            else
            {
                break;
            }
        }

        return newline;
    }

    private double ReadNumber()
    {
        var start = Position;
        if (source[start] == '0' && start + 1 < source.Length && char.ToLowerInvariant(source[start + 1]) is 'x' or 'b' or 'o')
        {
            Position += 2;
            while (Position < source.Length && char.IsAsciiLetterOrDigit(source[Position]))
                Position++;
            var value = Operators.ToNumber(source[start..Position]);
            return double.IsNaN(value) ? throw new JsSyntaxException(ReasonCodes.NoNumber, start + 1, source[start..Position]) : value;
        }

        Digits();
        if (Position < source.Length && source[Position] == '.')
        {
            Position++;
            Digits();
        }

        if (Position < source.Length && source[Position] is 'e' or 'E')
        {
            Position++;
            if (Position < source.Length && source[Position] is '+' or '-')
                Position++;
            Digits();
        }

        var text = source[start..Position];
        if (Position < source.Length && (char.IsLetterOrDigit(source[Position]) || source[Position] is '_' or '$'))
            throw new JsSyntaxException(ReasonCodes.NoNumber, start + 1, $"{text}{source[Position]}");
        if (text.Length > 1 && text[0] == '0' && char.IsAsciiDigit(text[1]))
            throw new JsSyntaxException(ReasonCodes.LeadingZero, start + 1);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new JsSyntaxException(ReasonCodes.NoNumber, start + 1, text);
    }

    private void Digits()
    {
        while (Position < source.Length && char.IsAsciiDigit(source[Position]))
            Position++;
    }

    private string ReadText(char quote)
    {
        var start = Position;
        var text = new StringBuilder();
        while (Position < source.Length)
        {
            var c = source[Position++];
            if (c == quote)
                return text.ToString();
            if (c is '\n' or '\r')
                break;
            if (c == '\\')
                ReadEscape(text);
            else
                text.Append(c);
        }

        throw new JsSyntaxException(ReasonCodes.TextEnd, start);
    }

    private void ReadEscape(StringBuilder text)
    {
        var column = Position;
        if (Position >= source.Length)
            throw new JsSyntaxException(ReasonCodes.EscapeEnd, column);
        var c = source[Position++];
        switch (c)
        {
            case 'n':
                text.Append('\n');
                break;
            case 't':
                text.Append('\t');
                break;
            case 'r':
                text.Append('\r');
                break;
            case 'b':
                text.Append('\b');
                break;
            case 'f':
                text.Append('\f');
                break;
            case 'v':
                text.Append('\v');
                break;
            case '0' when Position >= source.Length || !char.IsAsciiDigit(source[Position]):
                text.Append('\0');
                break;
            case >= '0' and <= '9':
                throw new JsSyntaxException(ReasonCodes.OctalEscape, column);
            case 'x':
                text.Append((char)Hex(2));
                break;
            case 'u' when Position < source.Length && source[Position] == '{':
                var end = source.IndexOf('}', Position);
                if (end < 0 || end - Position is < 2 or > 7
                    || !int.TryParse(source.AsSpan(Position + 1, end - Position - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var point)
                    || point > 0x10FFFF)
                    throw new JsSyntaxException(ReasonCodes.CodePoint, column);
                Position = end + 1;
                text.Append(point is >= 0xD800 and <= 0xDFFF ? ((char)point).ToString() : char.ConvertFromUtf32(point));
                break;
            case 'u':
                text.Append((char)Hex(4));
                break;
            case '\r':
                if (Position < source.Length && source[Position] == '\n')
                    Position++;
                break;
            case '\n' or '\u2028' or '\u2029':
                break;
            default:
                text.Append(c);
                break;
        }
    }

    private int Hex(int digits)
    {
        if (Position + digits <= source.Length
            && int.TryParse(source.AsSpan(Position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            Position += digits;
            return value;
        }

        throw new JsSyntaxException(ReasonCodes.EscapeDigits, Position + 1);
    }
}
