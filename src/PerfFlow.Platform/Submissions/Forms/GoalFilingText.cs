using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PerfFlow.Platform.Submissions;

/// <summary>
/// The form as (path, text) pairs and as canonical JSON: what a page posts, what an import yields, what a draft and a
/// round store. Reading never fails: what is no value of its field stays as typed in <see cref="GoalFilingForm.Unread"/>.
/// </summary>
public static partial class GoalFilingText
{
    /// <summary>Name and version of the layout, the first member of the canonical JSON.</summary>
    public const string FormVersion = "goal-filing/1";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// All non-empty fields in the order of the printed form, rows in their order, explanations sorted by key; unread texts
    /// stand at their own path. Two forms with the same content give the same list.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ToFields(GoalFilingForm form)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        Add("", GoalFilingFields.Scalars, form);
        foreach (var row in form.Costs)
        {
            Add($"costs[{row.Id}].", GoalFilingFields.Cost, row);
        }

        foreach (var row in form.Indicators)
        {
            Add($"indicators[{row.Id}].", GoalFilingFields.Indicator, row);
        }

        foreach (var file in form.Attachments.OrderBy(a => a.Kind, StringComparer.Ordinal).ThenBy(a => a.FileId, StringComparer.Ordinal))
        {
            pairs.Add(new($"attachments[{file.FileId}].kind", file.Kind));
            pairs.Add(new($"attachments[{file.FileId}].name", file.Name));
            pairs.Add(new($"attachments[{file.FileId}].sha256", file.Sha256));
            if (file.Size > 0)
            {
                pairs.Add(new($"attachments[{file.FileId}].size", file.Size.ToString(CultureInfo.InvariantCulture)));
            }
        }

        pairs.AddRange(form.Explanations.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => new KeyValuePair<string, string>($"explanations[{e.Key}]", e.Value)));
        return pairs;

        void Add<T>(string prefix, IReadOnlyList<FormField<T>> fields, T from)
            where T : class
        {
            foreach (var field in fields)
            {
                var path = prefix + field.Path;
                var text = form.Unread.GetValueOrDefault(path) ?? field.Text(from);
                if (text.Length > 0)
                {
                    pairs.Add(new(path, text));
                }
            }
        }
    }

    /// <summary>
    /// Reads pairs in any order; rows keep the order of their first appearance. Unknown paths are ignored, so that an
    /// older layout can still be opened and a form post may carry more than the form.
    /// </summary>
    public static GoalFilingForm FromFields(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var unread = new Dictionary<string, string>(StringComparer.Ordinal);
        var explanations = new Dictionary<string, string>(StringComparer.Ordinal);
        var form = GoalFilingForm.Empty;
        var costs = new Rows<CostRow>(id => new CostRow(id, "", null, "", null, null, ""));
        var indicators = new Rows<IndicatorRow>(id => new IndicatorRow(id, null, null, "", null, "", "", null, "", "", false));
        var files = new Rows<FormAttachment>(id => new FormAttachment("", id, "", ""));

        foreach (var (path, typed) in pairs)
        {
            var text = Clean(typed);
            if (text.Length == 0)
            {
                continue;
            }

            var row = RowPath().Match(path);
            if (!row.Success)
            {
                form = Read(GoalFilingFields.Scalars, path, form);
                continue;
            }

            var (id, field) = (row.Groups["id"].Value, row.Groups["field"].Value);
            switch (row.Groups["table"].Value)
            {
                case "costs":
                    costs.Change(id, r => Read(GoalFilingFields.Cost, field, r));
                    break;
                case "indicators":
                    indicators.Change(id, r => Read(GoalFilingFields.Indicator, field, r));
                    break;
                case "attachments":
                    files.Change(id, r => field switch { "kind" => r with { Kind = text }, "name" => r with { Name = text }, "sha256" => r with { Sha256 = text }, "size" when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) => r with { Size = size }, _ => r });
                    break;
                default:
                    explanations[id] = text;
                    break;
            }

            T Read<T>(IReadOnlyList<FormField<T>> fields, string name, T into)
                where T : class
            {
                var known = fields.FirstOrDefault(f => f.Path == name);
                if (known is null)
                {
                    return into;
                }

                var read = known.Read(into, text);
                if (read is null)
                {
                    unread[path] = text;
                    return into;
                }

                unread.Remove(path);
                return read;
            }
        }

        return form with { Costs = costs.List, Indicators = indicators.List, Attachments = files.List, Explanations = explanations, Unread = unread };
    }

    /// <summary>Stable bytes: the same content is the same bytes on every machine and version of this layout.</summary>
    public static byte[] ToJson(GoalFilingForm form)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("form", FormVersion);
            writer.WriteStartObject("fields");
            foreach (var (path, text) in ToFields(form))
            {
                writer.WriteString(path, text);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>
    /// Reads what <see cref="ToJson"/> wrote; numbers and booleans in place of texts are taken too.
    /// Throws <see cref="JsonException"/> only when the bytes are no JSON object with <c>fields</c>.
    /// </summary>
    public static GoalFilingForm FromJson(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("fields", out var fields)
            || fields.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("A goal filing is an object with the member \"fields\".");
        }

        return FromFields(fields.EnumerateObject()
            .Select(p => new KeyValuePair<string, string>(p.Name, p.Value.ValueKind == JsonValueKind.Null ? "" : p.Value.ToString())));
    }

    /// <summary>SHA-256 of the canonical bytes, lower-case hex: the identity of a round's content.</summary>
    public static string Hash(GoalFilingForm form) => Convert.ToHexStringLower(SHA256.HashData(ToJson(form)));

    /// <summary>One kind of line end, no control characters, no half characters, no blanks around.</summary>
    private static string Clean(string typed)
    {
        var builder = new StringBuilder(typed.Length);
        foreach (var rune in typed.Replace("\r\n", "\n", StringComparison.Ordinal).EnumerateRunes())
        {
            if (!Rune.IsControl(rune) || rune.Value is '\n' or '\t')
            {
                builder.Append(rune.ToString());
            }
        }

        return builder.ToString().Trim();
    }

    [GeneratedRegex(@"^(?<table>costs|indicators|attachments|explanations)\[(?<id>.+)\](?:\.(?<field>\w+))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RowPath();

    private sealed class Rows<T>(Func<string, T> create)
    {
        private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

        public List<T> List { get; } = [];

        public void Change(string id, Func<T, T> change)
        {
            if (!places.TryGetValue(id, out var place))
            {
                place = List.Count;
                places.Add(id, place);
                List.Add(create(id));
            }

            List[place] = change(List[place]);
        }
    }
}
