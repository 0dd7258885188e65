using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace PerfFlow.Tests.Servers;

/// <summary>The text of every page of a PDF that Chromium printed, without white space, in the order it was painted.</summary>
internal static partial class Paper
{
    public static IReadOnlyList<string> PagesOf(byte[] pdf)
    {
        var objects = Objects(pdf);
        var fonts = new Dictionary<int, Dictionary<string, string>>();
        var root = objects.Values.First(o => o.Head.Contains("/Type /Catalog", StringComparison.Ordinal));
        return [.. Leaves(objects, Reference(root.Head, "Pages")).Select(page => TextOf(objects, fonts, page))];
    }

    /// <summary>The text stands on the page: white space does not count, nor which width, dash or radical form a font names a character by.</summary>
    public static bool Holds(string page, string text)
    {
        var asked = Plain(text);
        for (var start = 0; start + asked.Length <= page.Length; start++)
        {
            var n = 0;
            while (n < asked.Length && (page[start + n] == asked[n] || page[start + n] == Any))
            {
                n++;
            }

            if (n == asked.Length)
            {
                return true;
            }
        }

        return false;
    }

    private static string Plain(string text) => Blank().Replace(text, "").Normalize(NormalizationForm.FormKC).Replace('\u2012', '\u2013');

    // Fonts for Chinese name some characters by their radicals (U+2E80 to U+2EFF), which have no normal form.
    private const char Any = '\uFFFD';

    private static bool IsRadical(char c) => c is >= '\u2E80' and <= '\u2EFF';

    private static IEnumerable<string> Leaves(Dictionary<int, (string Head, byte[] Stream)> objects, int node)
    {
        var head = objects[node].Head;
        return Kids().Match(head) is { Success: true } kids
            ? References().Matches(kids.Groups["v"].Value).SelectMany(k => Leaves(objects, Number(k.Groups["v"].Value)))
            : [head];
    }

    private static string TextOf(Dictionary<int, (string Head, byte[] Stream)> objects, Dictionary<int, Dictionary<string, string>> fonts, string page)
    {
        var named = Fonts().Matches(page).ToDictionary(f => f.Groups["name"].Value, f => Number(f.Groups["v"].Value), StringComparer.Ordinal);
        var text = new StringBuilder();
        Dictionary<string, string> font = [];
        foreach (Match token in Tokens().Matches(Encoding.Latin1.GetString(objects[Reference(page, "Contents")].Stream)))
        {
            if (token.Groups["font"].Success)
            {
                var id = named[token.Groups["font"].Value];
                font = fonts.TryGetValue(id, out var known) ? known : fonts[id] = ReadFont(objects, objects[id].Head);
                continue;
            }

            var codes = string.Concat(Hex().Matches(token.Groups["shown"].Value).Select(h => h.Groups["v"].Value.ToUpperInvariant()));
            var width = font.Count == 0 ? 4 : font.Keys.First().Length;
            for (var i = 0; i + width <= codes.Length; i += width)
            {
                text.Append(font.GetValueOrDefault(codes.Substring(i, width), ""));
            }
        }

        return new string([.. Plain(text.ToString()).Select(c => IsRadical(c) ? Any : c)]);
    }

    // Code, as hexadecimal digits, to text.
    private static Dictionary<string, string> ReadFont(Dictionary<int, (string Head, byte[] Stream)> objects, string font)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!font.Contains("/ToUnicode", StringComparison.Ordinal))
        {
            return map;
        }

        var cmap = Encoding.Latin1.GetString(objects[Reference(font, "ToUnicode")].Stream);
        foreach (Match block in Blocks().Matches(cmap))
        {
            var range = block.Groups["kind"].Value == "range";
            var values = Hex().Matches(block.Groups["pairs"].Value).Select(h => h.Groups["v"].Value.ToUpperInvariant()).ToList();
            for (var i = 0; i + (range ? 2 : 1) < values.Count; i += range ? 3 : 2)
            {
                var (from, to, text) = range ? (values[i], values[i + 1], values[i + 2]) : (values[i], values[i], values[i + 1]);
                var (first, last) = (int.Parse(from, NumberStyles.HexNumber, CultureInfo.InvariantCulture), int.Parse(to, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                for (var code = first; code <= last; code++)
                {
                    var units = Enumerable.Range(0, text.Length / 4).Select(n => (char)int.Parse(text.AsSpan(n * 4, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
                    units[^1] = (char)(units[^1] + code - first);
                    map[code.ToString($"X{from.Length}", CultureInfo.InvariantCulture)] = new string(units);
                }
            }
        }

        return map;
    }

    private static Dictionary<int, (string Head, byte[] Stream)> Objects(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        var objects = new Dictionary<int, (string, byte[])>();
        var match = Start().Match(text);
        while (match.Success)
        {
            var from = match.Index + match.Length;
            var end = text.IndexOf("endobj", from, StringComparison.Ordinal);
            var stream = text.IndexOf("stream\n", from, StringComparison.Ordinal);
            if (stream < 0 || stream > end)
            {
                objects[Number(match.Groups["v"].Value)] = (text[from..end], []);
            }
            else
            {
                var head = text[from..stream];
                var length = Number(Length().Match(head).Groups["v"].Value);
                var bytes = pdf.AsSpan(stream + "stream\n".Length, length).ToArray();
                objects[Number(match.Groups["v"].Value)] = (head, head.Contains("/FlateDecode", StringComparison.Ordinal) ? Inflate(bytes) : bytes);
                end = stream + length;
            }

            match = Start().Match(text, end);
        }

        return objects;
    }

    private static byte[] Inflate(byte[] bytes)
    {
        using var zip = new ZLibStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        zip.CopyTo(plain);
        return plain.ToArray();
    }

    private static int Reference(string head, string name) => Number(Regex.Match(head, $@"/{name} (?<v>\d+) 0 R", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["v"].Value);

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(^|\n)(?<v>\d+) 0 obj\s", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Start();

    [GeneratedRegex(@"/Length (?<v>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Length();

    [GeneratedRegex(@"/Kids \[(?<v>[^\]]*)\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Kids();

    [GeneratedRegex(@"(?<v>\d+) 0 R", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex References();

    [GeneratedRegex(@"/(?<name>F\d+) (?<v>\d+) 0 R", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Fonts();

    [GeneratedRegex(@"/(?<font>F\d+) [\d.]+ Tf|(?<shown><[0-9A-Fa-f]*>|\[[^\]]*\])\s*T[jJ]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Tokens();

    [GeneratedRegex("<(?<v>[0-9A-Fa-f]+)>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Hex();

    [GeneratedRegex(@"beginbf(?<kind>char|range)(?<pairs>.*?)endbf", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"\s+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Blank();
}
