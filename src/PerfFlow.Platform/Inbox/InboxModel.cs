using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;

namespace PerfFlow.Platform.Inbox;

/// <summary>The inbox as a page: the view, the conditions, and the addresses of its other states.</summary>
public sealed record InboxModel(
    InboxView View, InboxQuery Query, IReadOnlyList<(string Node, string Name)> Steps, IReadOnlyList<(long Id, string Name)> Units, bool MayAll, bool Reviews, int NodeLimit)
{
    private const string Address = "/tasks";

    public FormErrors Errors { get; init; } = FormErrors.None;

    /// <summary>抄送我: how many of the cases shown to the reader they have not opened.</summary>
    public required int Unread { get; init; }

    public string Tab => Query.Tab is { Length: > 0 } tab && View.Tabs.Any(t => t.Name == tab) ? tab : "all";

    /// <summary>Further conditions than the tab.</summary>
    public bool Filtered => !string.IsNullOrEmpty(Query.Node) || Query.Unit is not null || Query.Round is > 0 || !string.IsNullOrEmpty(Query.Due) || !string.IsNullOrWhiteSpace(Query.Text);

    /// <summary>What a query of the filter bar keeps.</summary>
    public IReadOnlyDictionary<string, string?> Kept => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["tab"] = Query.Tab,
        ["scope"] = Query.Scope,
        ["sort"] = Query.Sort,
        ["size"] = Number(Query.Rows),
    };

    public IReadOnlyList<(int Size, string Href)> Sizes => [.. ((int[])[20, 50, 100]).Select(size => (size, Link(("size", Number(size)))))];

    public string TabLink(string tab) => QueryHelpers.AddQueryString(Address, Present(("tab", tab == "all" ? null : tab), ("scope", Query.Scope), ("size", Query.Rows == 20 ? null : Number(Query.Rows))));

    public string ScopeLink(string? scope) => QueryHelpers.AddQueryString(Address, Present(("scope", scope)));

    public string ResetLink => TabLink(Tab);

    public int OrderOf(string column) => (Query.Sort ?? "due") == column ? 1 : Query.Sort == "-" + column ? -1 : 0;

    public string SortLink(string column) => Link(("sort", OrderOf(column) > 0 ? "-" + column : column));

    public string PageLink(TaskKey? from, bool back) => Link(("from", from?.ToString()), ("back", back ? "true" : null));

    /// <summary>The same conditions with some of them changed; a page of another order begins at its start.</summary>
    public string Link(params ReadOnlySpan<(string Key, string? Value)> changed)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["tab"] = Query.Tab,
            ["scope"] = Query.Scope,
            ["node"] = Query.Node,
            ["unit"] = Query.Unit is { } unit ? unit.ToString(CultureInfo.InvariantCulture) : null,
            ["round"] = Query.Round is { } round ? Number(round) : null,
            ["due"] = Query.Due,
            ["text"] = Query.Text,
            ["sort"] = Query.Sort,
            ["size"] = Query.Rows == 20 ? null : Number(Query.Rows),
        };
        foreach (var (key, value) in changed)
        {
            values[key] = value;
        }

        return QueryHelpers.AddQueryString(Address, values.Where(v => !string.IsNullOrEmpty(v.Value)));
    }

    /// <summary>The conditions in words, for the page that found nothing.</summary>
    public string Conditions(Texts texts)
    {
        var words = new List<string>();
        if (Tab != "all")
        {
            words.Add(texts[$"inbox.tab.{Tab}"]);
        }

        if (Steps.FirstOrDefault(s => s.Node == Query.Node).Name is { } step)
        {
            words.Add(step);
        }

        if (Units.FirstOrDefault(u => u.Id == Query.Unit).Name is { } unit)
        {
            words.Add(unit);
        }

        if (Query.Round is > 0 and var round)
        {
            words.Add(round < 3 ? texts["ui.round", round] : texts["inbox.round.more"]);
        }

        if (Query.Due is { Length: > 0 } due && DueWindows.All.Contains(due, StringComparer.Ordinal))
        {
            words.Add(texts[$"inbox.due.{due}"]);
        }

        if (!string.IsNullOrWhiteSpace(Query.Text))
        {
            words.Add(texts["inbox.quoted", Query.Text.Trim()]);
        }

        return string.Join(texts["inbox.list"], words);
    }

    public List<Tab> TabsOf(Texts texts) =>
    [
        .. View.Tabs.Select(t => new Tab(texts[$"inbox.tab.{t.Name}"], TabLink(t.Name), Show.Badge(t.Count)) { On = t.Name == Tab, Mark = t.Name == "overdue" && t.Count > 0 ? Mark.Late : null }),
        new(texts["inbox.done"], "/tasks/done"),
        new(texts["signers.copies"], "/tasks/copies", Unread == 0 ? null : Show.Badge(Unread)),
    ];

    private static IEnumerable<KeyValuePair<string, string?>> Present(params (string Key, string? Value)[] values) =>
        values.Where(v => !string.IsNullOrEmpty(v.Value)).Select(v => new KeyValuePair<string, string?>(v.Key, v.Value));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
