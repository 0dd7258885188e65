using System.Text;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

internal static class TextMethods
{
    public static Dictionary<string, Method> All { get; } = new(StringComparer.Ordinal)
    {
        ["at"] = (_, self, a) => At(self.AsString, Operators.ToInteger(a.Argument(0)), fromEnd: true) ?? JsValue.Undefined,
        ["charAt"] = (_, self, a) => At(self.AsString, Operators.ToInteger(a.Argument(0)), fromEnd: false) ?? "",
        ["charCodeAt"] = (_, self, a) => At(self.AsString, Operators.ToInteger(a.Argument(0)), fromEnd: false) is { } c ? c[0] : JsValue.NaN,
        ["codePointAt"] = (_, self, a) => CodePoint(self.AsString, Operators.ToInteger(a.Argument(0))),
        ["concat"] = (context, self, a) => Joined(context, self.AsString + string.Concat(a.Select(x => Operators.ToText(x)))),
        ["endsWith"] = (_, self, a) => self.AsString[..Methods.Clamped(a.Argument(1), self.AsString.Length, self.AsString.Length)].EndsWith(Operators.ToText(a.Argument(0)), StringComparison.Ordinal),
        ["includes"] = (_, self, a) => self.AsString.IndexOf(Operators.ToText(a.Argument(0)), Methods.Clamped(a.Argument(1), self.AsString.Length, 0), StringComparison.Ordinal) >= 0,
        ["indexOf"] = (_, self, a) => self.AsString.IndexOf(Operators.ToText(a.Argument(0)), Methods.Clamped(a.Argument(1), self.AsString.Length, 0), StringComparison.Ordinal),
        ["lastIndexOf"] = (_, self, a) => LastIndex(self.AsString, Operators.ToText(a.Argument(0)), a.Argument(1)),
        ["localeCompare"] = (_, self, a) => Math.Sign(string.CompareOrdinal(self.AsString, Operators.ToText(a.Argument(0)))),
        ["normalize"] = (_, self, a) => Normalised(self.AsString, a.Argument(0)),
        ["padEnd"] = (context, self, a) => self.AsString + Padding(context, self.AsString, a),
        ["padStart"] = (context, self, a) => Padding(context, self.AsString, a) + self.AsString,
        ["repeat"] = (context, self, a) => Repeated(context, self.AsString, Operators.ToInteger(a.Argument(0))),
        ["replace"] = (context, self, a) => Replaced(context, self.AsString, Operators.ToText(a.Argument(0)), a.Argument(1), all: false),
        ["replaceAll"] = (context, self, a) => Replaced(context, self.AsString, Operators.ToText(a.Argument(0)), a.Argument(1), all: true),
        ["slice"] = (_, self, a) => Slice(self.AsString, a),
        ["split"] = (context, self, a) => Split(context, self.AsString, a.Argument(0), a.Argument(1)),
        ["startsWith"] = (_, self, a) => self.AsString.AsSpan(Methods.Clamped(a.Argument(1), self.AsString.Length, 0)).StartsWith(Operators.ToText(a.Argument(0)), StringComparison.Ordinal),
        ["substr"] = (_, self, a) => Substr(self.AsString, a),
        ["substring"] = (_, self, a) => Substring(self.AsString, a),
        ["toLowerCase"] = (_, self, _) => self.AsString.ToLowerInvariant(),
        ["toString"] = (_, self, _) => self,
        ["toUpperCase"] = (_, self, _) => self.AsString.ToUpperInvariant(),
        ["trim"] = (_, self, _) => self.AsString.Trim(),
        ["trimEnd"] = (_, self, _) => self.AsString.TrimEnd(),
        ["trimStart"] = (_, self, _) => self.AsString.TrimStart(),
        ["valueOf"] = (_, self, _) => self,
    };

    private static JsValue Joined(JsContext context, string text)
    {
        context.Spend(text.Length / 64);
        return text;
    }

    private static string? At(string text, double index, bool fromEnd)
    {
        if (fromEnd && index < 0)
            index += text.Length;
        return index >= 0 && index < text.Length ? text[(int)index].ToString() : null;
    }

    private static JsValue CodePoint(string text, double index)
    {
        if (index < 0 || index >= text.Length)
            return JsValue.Undefined;
        var at = (int)index;
        return char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])
            ? char.ConvertToUtf32(text[at], text[at + 1])
            : text[at];
    }

    private static double LastIndex(string text, string sought, in JsValue from)
    {
        var number = Operators.ToNumber(from);
        var start = double.IsNaN(number) ? text.Length : (int)Math.Clamp(Math.Truncate(number), 0, text.Length);
        for (var at = Math.Min(start, text.Length - sought.Length); at >= 0; at--)
        {
            if (string.CompareOrdinal(text, at, sought, 0, sought.Length) == 0)
                return at;
        }

        return -1;
    }

    private static JsValue Normalised(string text, in JsValue form) => text.Normalize((form.Type == JsType.Undefined ? "NFC" : Operators.ToText(form)) switch
    {
        "NFC" => NormalizationForm.FormC,
        "NFD" => NormalizationForm.FormD,
        "NFKC" => NormalizationForm.FormKC,
        "NFKD" => NormalizationForm.FormKD,
        var other => throw new JsException(ReasonCodes.Normalisation, 0, other),
    });

    private static string Padding(JsContext context, string text, JsValue[] arguments)
    {
        var missing = Operators.ToInteger(arguments.Argument(0)) - text.Length;
        var filler = arguments.Argument(1).Type == JsType.Undefined ? " " : Operators.ToText(arguments.Argument(1));
        if (missing <= 0 || filler.Length == 0)
            return "";
        context.Spend((int)Math.Min(missing / 64, JsContext.MaxSteps + 1));
        var padding = new StringBuilder();
        while (padding.Length < missing)
            padding.Append(filler);
        return padding.ToString(0, (int)missing);
    }

    private static JsValue Repeated(JsContext context, string text, double count)
    {
        if (count < 0 || double.IsInfinity(count))
            throw new JsException(ReasonCodes.Repeated, 0);
        context.Spend((int)Math.Min(count * text.Length / 64, JsContext.MaxSteps + 1));
        return new StringBuilder().Insert(0, text, text.Length == 0 ? 0 : (int)count).ToString();
    }

    private static JsValue Replaced(JsContext context, string text, string sought, in JsValue replacement, bool all)
    {
        var result = new StringBuilder();
        var from = 0;
        while (from <= text.Length)
        {
            var at = text.IndexOf(sought, from, StringComparison.Ordinal);
            if (at < 0)
                break;
            context.Spend(1);
            result.Append(text, from, at - from);
            result.Append(Operators.IsFunction(replacement)
                ? Operators.ToText(context.Call(replacement, sought, at, text))
                : Substituted(Operators.ToText(replacement), sought, text, at));
            from = at + sought.Length;
            if (!all)
                break;
            if (sought.Length == 0)
            {
                if (from < text.Length)
                    result.Append(text[from]);
                from++;
            }
        }

        if (from < text.Length)
            result.Append(text, from, text.Length - from);
        context.Spend(result.Length / 64);
        return result.ToString();
    }

    /// <summary>The patterns of a replacement text: <c>$$</c>, <c>$&amp;</c>, <c>$`</c> and <c>$'</c>.</summary>
    private static string Substituted(string replacement, string sought, string text, int at)
    {
        if (!replacement.Contains('$', StringComparison.Ordinal))
            return replacement;
        var result = new StringBuilder();
        for (var i = 0; i < replacement.Length; i++)
        {
            var next = replacement[i] == '$' && i + 1 < replacement.Length ? replacement[i + 1] : '\0';
            var pattern = next switch { '$' => "$", '&' => sought, '`' => text[..at], '\'' => text[(at + sought.Length)..], _ => null };
            if (pattern is null)
            {
                result.Append(replacement[i]);
                continue;
            }

            result.Append(pattern);
            i++;
        }

        return result.ToString();
    }

    private static JsValue Slice(string text, JsValue[] arguments)
    {
        var from = Methods.Relative(arguments.Argument(0), text.Length, 0);
        var to = Methods.Relative(arguments.Argument(1), text.Length, text.Length);
        return from < to ? text[from..to] : "";
    }

    private static JsValue Substring(string text, JsValue[] arguments)
    {
        var from = Methods.Clamped(arguments.Argument(0), text.Length, 0);
        var to = Methods.Clamped(arguments.Argument(1), text.Length, text.Length);
        return text[Math.Min(from, to)..Math.Max(from, to)];
    }

    private static JsValue Substr(string text, JsValue[] arguments)
    {
        var from = Methods.Relative(arguments.Argument(0), text.Length, 0);
        var length = Methods.Clamped(arguments.Argument(1), text.Length - from, text.Length - from);
        return text.Substring(from, length);
    }

    private static JsValue Split(JsContext context, string text, in JsValue separator, in JsValue limit)
    {
        context.Spend(text.Length / 16);
        var most = limit.Type == JsType.Undefined ? int.MaxValue : (int)Math.Min((uint)Operators.ToInt32(limit), int.MaxValue);
        if (separator.Type == JsType.Undefined)
            return JsValue.Object(most == 0 ? [] : new JsValue[] { text });
        var by = Operators.ToText(separator);
        IEnumerable<string> parts = by.Length == 0 ? text.Select(c => c.ToString()) : text.Split(by);
        return JsValue.Object(parts.Take(most).Select(part => (JsValue)part).ToArray());
    }
}
