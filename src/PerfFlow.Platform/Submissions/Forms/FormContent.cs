using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PerfFlow.Platform.Submissions;

/// <summary>A row of a table.</summary>
/// <param name="Id">Stable over all rounds of a case; never used again after the row is deleted.</param>
/// <param name="Texts">Canonical text by column; what could not be read stands as typed.</param>
public sealed record FormRow(string Id, IReadOnlyDictionary<string, string> Texts)
{
    public string this[string column] => Texts.GetValueOrDefault(column, "");

    /// <summary>Null where nothing readable stands.</summary>
    public decimal? Number(string column) => FormValue.Decimal(this[column]);

    public FormRow With(string column, string text) => new(Id, FormContent.Set(Texts, column, text));
}

/// <summary>
/// The content of a form of any layout: immutable, what a draft and a round store. Money is 万元. What was typed but is no
/// value of its field stays in <see cref="Unread"/> under its path, so that a draft loses nothing; a form with unread texts
/// cannot be submitted (SJ03). Paths: <c>paid</c>, <c>indicators[3].actual</c>; the bracket holds the row's id.
/// </summary>
public sealed partial record FormContent
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>(StringComparer.Ordinal);

    private FormContent(FormLayout layout) => Layout = layout;

    public FormLayout Layout { get; }

    private IReadOnlyDictionary<string, string> Texts { get; init; } = None;

    private IReadOnlyDictionary<string, IReadOnlyList<FormRow>> RowsOf { get; init; } = new Dictionary<string, IReadOnlyList<FormRow>>(StringComparer.Ordinal);

    public IReadOnlyList<FormAttachment> Attachments { get; init; } = [];

    /// <summary>说明 to findings, by <see cref="Finding.Key"/> or by code for all findings of that check.</summary>
    public IReadOnlyDictionary<string, string> Explanations { get; init; } = None;

    /// <summary>Path and text of what could not be read.</summary>
    public IReadOnlyDictionary<string, string> Unread { get; init; } = None;

    /// <summary>Text of a field, canonical or as typed; empty when there is none.</summary>
    public string this[string path] => Texts.GetValueOrDefault(path, "");

    /// <summary>Null where nothing readable stands.</summary>
    public decimal? Number(string path) => FormValue.Decimal(this[path]);

    public bool Flag(string path) => this[path] == "true";

    /// <summary>In their order.</summary>
    public IReadOnlyList<FormRow> Rows(string table) => RowsOf.GetValueOrDefault(table, []);

    /// <summary>The amount that lists show, 万元.</summary>
    public decimal? Amount => Layout.AmountPath is { } path ? Number(path) : null;

    public static FormContent Empty(FormLayout layout) => new(layout);

    /// <summary>
    /// Reads pairs in any order; rows keep the order of their first appearance. Unknown paths are ignored, so that an older
    /// layout can still be opened and a form post may carry more than the form. Reading never fails.
    /// </summary>
    public static FormContent Of(FormLayout layout, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(pairs);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var unread = new Dictionary<string, string>(StringComparer.Ordinal);
        var explanations = new Dictionary<string, string>(StringComparer.Ordinal);
        var tables = layout.Tables.ToDictionary(t => t.Name, _ => new List<(string Id, Dictionary<string, string> Texts)>(), StringComparer.Ordinal);
        var files = new List<(string Id, Dictionary<string, string> Texts)>();
        foreach (var (path, typed) in pairs)
        {
            var text = Clean(typed);
            if (text.Length == 0)
            {
                continue;
            }

            var match = RowPath().Match(path);
            if (!match.Success)
            {
                Read(layout.Field(path), path, text, texts);
                continue;
            }

            var (table, id, column) = (match.Groups["table"].Value, match.Groups["id"].Value, match.Groups["field"].Value);
            if (table == "explanations")
            {
                explanations[id] = text;
            }
            else if (table == "attachments")
            {
                RowIn(files, id)[column] = text;
            }
            else if (layout.Table(table)?.Column(column) is { } spec)
            {
                Read(spec, path, text, RowIn(tables[table], id), column);
            }
        }

        return new FormContent(layout)
        {
            Texts = texts,
            RowsOf = tables.ToDictionary(t => t.Key, t => (IReadOnlyList<FormRow>)[.. t.Value.Select(r => new FormRow(r.Id, r.Texts))], StringComparer.Ordinal),
            Attachments = [.. files.Select(f => new FormAttachment(f.Texts.GetValueOrDefault("kind", ""), f.Id, f.Texts.GetValueOrDefault("name", ""), f.Texts.GetValueOrDefault("sha256", ""),
                long.TryParse(f.Texts.GetValueOrDefault("size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0))],
            Explanations = explanations,
            Unread = unread,
        };

        void Read(FieldSpec? spec, string at, string text, Dictionary<string, string> into, string? column = null)
        {
            if (spec is null)
            {
                return;
            }

            if (spec.Multiple && into.TryGetValue(column ?? at, out var ticked))
            {
                text = $"{ticked};{text}";
            }

            var canonical = spec.Read(text);
            into[column ?? at] = canonical ?? text;
            if (canonical is null)
            {
                unread[at] = text;
            }
            else
            {
                unread.Remove(at);
            }
        }

        static Dictionary<string, string> RowIn(List<(string Id, Dictionary<string, string> Texts)> rows, string id)
        {
            var at = rows.FindIndex(r => r.Id == id);
            if (at < 0)
            {
                rows.Add((id, new Dictionary<string, string>(StringComparer.Ordinal)));
                at = rows.Count - 1;
            }

            return rows[at].Texts;
        }
    }

    /// <summary>
    /// All non-empty fields in the order of the printed form, rows in their order, explanations sorted by key. Two forms with
    /// the same content give the same list.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs()
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var field in Layout.Fields)
        {
            Add(field.Path, this[field.Path]);
        }

        foreach (var table in Layout.Tables)
        {
            foreach (var row in Rows(table.Name))
            {
                foreach (var column in table.Columns)
                {
                    Add($"{table.Name}[{row.Id}].{column.Path}", row[column.Path]);
                }
            }
        }

        foreach (var file in Attachments.OrderBy(a => a.Kind, StringComparer.Ordinal).ThenBy(a => a.FileId, StringComparer.Ordinal))
        {
            Add($"attachments[{file.FileId}].kind", file.Kind);
            Add($"attachments[{file.FileId}].name", file.Name);
            Add($"attachments[{file.FileId}].sha256", file.Sha256);
            if (file.Size > 0)
            {
                Add($"attachments[{file.FileId}].size", file.Size.ToString(CultureInfo.InvariantCulture));
            }
        }

        foreach (var (key, text) in Explanations.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            Add($"explanations[{key}]", text);
        }

        return pairs;

        void Add(string path, string text)
        {
            if (text.Length > 0)
            {
                pairs.Add(new(path, text));
            }
        }
    }

    /// <summary>With this canonical text in a field; an empty one clears it.</summary>
    public FormContent With(string path, string text) => this with { Texts = Set(Texts, path, text), Unread = Set(Unread, path, "") };

    public FormContent With(string path, decimal? value) => With(path, FormValue.Write(value));

    public FormContent WithRows(string table, IReadOnlyList<FormRow> rows) =>
        this with { RowsOf = new Dictionary<string, IReadOnlyList<FormRow>>(RowsOf, StringComparer.Ordinal) { [table] = rows } };

    /// <summary>
    /// What was typed, with everything that only the platform may set taken from <paramref name="facts"/>: fact fields and
    /// columns, and the rows of fixed and seeded tables.
    /// </summary>
    public FormContent OnTopOf(FormContent facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var content = this;
        foreach (var field in Layout.Fields.Where(f => f.Fact || (f.Seeded && facts[f.Path].Length > 0)))
        {
            content = content.With(field.Path, facts[field.Path]);
        }

        foreach (var table in Layout.Tables.Where(t => t.Fixed || t.Seeded))
        {
            var known = facts.Rows(table.Name);
            var own = table.TakesRows(facts) ? Rows(table.Name).Where(r => known.All(k => k.Id != r.Id)) : [];
            content = content.WithRows(table.Name, [.. known.Select(fact =>
            {
                var typed = Rows(table.Name).FirstOrDefault(r => r.Id == fact.Id);
                return typed is null ? fact : table.Columns.Where(c => !c.Fact).Aggregate(fact, (row, column) => row.With(column.Path, typed[column.Path]));
            }), .. own]);
        }

        return content;
    }

    /// <summary>Stable bytes: the same content is the same bytes on every machine and version of this layout.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("form", Layout.Version);
            writer.WriteStartObject("fields");
            foreach (var (path, text) in Pairs())
            {
                writer.WriteString(path, text);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>The same as text, as drafts and rounds store it.</summary>
    public string ToJsonText() => Encoding.UTF8.GetString(ToJson());

    /// <summary>
    /// Reads what <see cref="ToJson"/> wrote; numbers and booleans in place of texts are taken too.
    /// Throws <see cref="JsonException"/> only when it is no JSON object with <c>fields</c>.
    /// </summary>
    public static FormContent FromJson(FormLayout layout, string json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("fields", out var fields)
            || fields.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("A form is an object with the member \"fields\".");
        }

        return Of(layout, fields.EnumerateObject()
            .Select(p => new KeyValuePair<string, string>(p.Name, p.Value.ValueKind == JsonValueKind.Null ? "" : p.Value.ToString())));
    }

    /// <summary>SHA-256 of the canonical bytes: the identity of a round's content.</summary>
    public byte[] Hash() => SHA256.HashData(ToJson());

    /// <summary>The id for a row added to a table: one more than any of those given.</summary>
    public static string NextRowId(IEnumerable<string> usedIds) => GoalFilingForm.NextRowId(usedIds);

    internal static IReadOnlyDictionary<string, string> Set(IReadOnlyDictionary<string, string> texts, string key, string text)
    {
        var changed = new Dictionary<string, string>(texts, StringComparer.Ordinal);
        if (text.Length == 0)
        {
            changed.Remove(key);
        }
        else
        {
            changed[key] = text;
        }

        return changed;
    }

    /// <summary>One kind of line end, no control characters, no half characters, no blanks around.</summary>
    internal static string Clean(string typed)
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

    [GeneratedRegex(@"^(?<table>\w+)\[(?<id>.+)\](?:\.(?<field>\w+))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RowPath();
}
