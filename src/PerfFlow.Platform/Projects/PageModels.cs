using Microsoft.AspNetCore.WebUtilities;
using PerfFlow.Platform.Ui.Components;

namespace PerfFlow.Platform.Projects;

/// <summary>The library's list with the addresses of its other orders and pages.</summary>
public sealed record ProjectsModel(ProjectList Page, ProjectQuery Query, IReadOnlyList<Choice> Units, bool MayImport)
{
    public bool Filtered => Query.Unit is not null || !string.IsNullOrEmpty(Query.Kind) || !string.IsNullOrEmpty(Query.Text);

    /// <summary>What stays when a condition changes: the order and the size of the page.</summary>
    public IReadOnlyDictionary<string, string?> Kept => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["sort"] = Query.Sort ?? "code",
        ["size"] = Number(Query.Size),
    };

    public IReadOnlyList<(int Size, string Href)> Sizes => [.. ((int[])[20, 50, 100]).Select(size => (size, Link("/projects", ("size", Number(size)))))];

    public int OrderOf(string column) => (Query.Sort ?? "code") == column ? 1 : Query.Sort == "-" + column ? -1 : 0;

    /// <summary>Money and shares are first wanted from the top; codes from the beginning.</summary>
    public string SortLink(string column) =>
        Link("/projects", ("sort", OrderOf(column) switch { > 0 => "-" + column, < 0 => column, _ => column == "code" ? column : "-" + column }));

    public string CursorLink(string? cursor) => Link("/projects", ("cursor", cursor));

    /// <summary>The same conditions at another address, or with one of them changed.</summary>
    public string Link(string path, params ReadOnlySpan<(string Key, string? Value)> changed)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["year"] = Number(Page.Year),
            ["unit"] = Query.Unit is { } unit ? unit.ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
            ["kind"] = Query.Kind,
            ["text"] = Query.Text,
            ["sort"] = Query.Sort,
            ["size"] = Query.Size == 20 ? null : Number(Query.Size),
        };
        foreach (var (key, value) in changed)
        {
            values[key] = value;
        }

        return QueryHelpers.AddQueryString(path, values.Where(v => !string.IsNullOrEmpty(v.Value)));
    }

    private static string Number(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>One project and the cases about it that the viewer sees.</summary>
public sealed record ProjectModel(ProjectLine Project, IReadOnlyList<ProjectCase> Cases);

/// <summary>A case about a project.</summary>
/// <param name="Href">The page on which this viewer works with it: filling for its unit, reviewing for everybody else.</param>
public sealed record ProjectCase(long Id, DateTimeOffset StartedAt, bool Ended, string Href);

/// <summary>The import page before and after a file.</summary>
public sealed record ImportModel(ImportResult? Result, PerfFlow.Platform.Ui.FormErrors Errors);
