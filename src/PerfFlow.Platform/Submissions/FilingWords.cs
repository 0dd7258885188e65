using System.Text.RegularExpressions;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Submissions;

/// <summary>The words for places of a form and for what stands there.</summary>
public static partial class FilingWords
{
    /// <summary>How large a file is; a dash where it was not kept.</summary>
    public static string Size(Texts texts, long bytes) => bytes switch
    {
        <= 0 => Show.Nothing,
        < 1024 * 1024 => texts["submissions.files.kb", Show.Count(Math.Max(0.1m, Math.Round(bytes / 1024m, 1)))],
        _ => texts["submissions.files.mb", Show.Count(Math.Round(bytes / 1024m / 1024m, 1))],
    };

    /// <summary>年度资金总额; for a row its name, for a cell the row's name and the column.</summary>
    public static string Place(Texts texts, string place, FormContent form)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(form);
        if (place.Length == 0)
        {
            return texts["submissions.place.whole"];
        }

        var match = RowPath().Match(place);
        if (!match.Success)
        {
            return place == "attachments" ? texts[$"submissions.section.{form.Layout.SectionOf(place).Key}"] : texts.Has("fields." + place) ? texts["fields." + place] : place;
        }

        var (table, id) = (match.Groups["table"].Value, match.Groups["id"].Value);
        var spec = form.Layout.Table(table);
        var row = spec is null ? null : form.Rows(table).FirstOrDefault(r => r.Id == id)?[spec.NameColumn];
        var name = string.IsNullOrEmpty(row) ? texts["submissions.place.row", texts["fields." + table], id]
            : spec!.Column(spec.NameColumn) is { } named ? Value(texts, named.LabelKey, named.Kind, row) : row;
        return match.Groups["field"] is { Success: true, Value: var field } ? texts["submissions.place.cell", name, texts[spec?.Column(field)?.LabelKey ?? $"fields.{table}.{field}"]] : name;
    }

    /// <summary>A canonical text as a reader wants to see it: codes as words, money with two decimals.</summary>
    public static string Value(Texts texts, string labelKey, FormFieldKind kind, string text)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return (text, kind) switch
        {
            ("", _) => Show.Nothing,
            (_, FormFieldKind.Money) when FormValue.Decimal(text) is { } money => Show.Money(money),
            (_, FormFieldKind.Score) when FormValue.Decimal(text) is { } points => Show.Score(points),
            (_, FormFieldKind.Number) when FormValue.Decimal(text) is { } number => Show.Count(number),
            (_, FormFieldKind.Flag) => texts["submissions.yes"],
            (_, FormFieldKind.Choice) when labelKey.StartsWith("fields.indicators.level", StringComparison.Ordinal) && texts.Has("indicators." + text) => texts["indicators." + text],
            (_, FormFieldKind.Choice) when text.Contains(';', StringComparison.Ordinal) =>
                string.Join(texts["submissions.and"], text.Split(';').Select(one => Value(texts, labelKey, kind, one))),
            (_, FormFieldKind.Choice) when texts.Has($"{labelKey}.{text}") => texts[$"{labelKey}.{text}"],
            _ => text,
        };
    }

    /// <summary>The sum of a column, written as its cells are.</summary>
    public static string Sum(FieldSpec column, IReadOnlyList<FormRow> rows)
    {
        ArgumentNullException.ThrowIfNull(column);
        var sum = rows.Sum(r => r.Number(column.Path) ?? 0);
        return column.Kind switch { FormFieldKind.Money => Show.Money(sum), FormFieldKind.Score => Show.Score(sum), _ => Show.Count(sum) };
    }

    [GeneratedRegex(@"^(?<table>\w+)\[(?<id>[^\]]+)\](?:\.(?<field>\w+))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RowPath();
}
