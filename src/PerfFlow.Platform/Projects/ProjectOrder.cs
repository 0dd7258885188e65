using System.Globalization;
using System.Linq.Expressions;

namespace PerfFlow.Platform.Projects;

/// <summary>Where a page of the list begins: behind (or before) the row with this value and id.</summary>
internal sealed record ProjectCursor(bool Backwards, string Value, long Id)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Backwards ? 'b' : 'a')}.{Id}.{Value}");

    public static bool TryParse(string text, out ProjectCursor? cursor)
    {
        var parts = text.Split('.', 3);
        cursor = parts is ["a" or "b", var id, var value] && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ProjectCursor(parts[0] == "b", value, number)
            : null;
        return cursor is not null;
    }
}

/// <summary>
/// The orders of the list. Pages continue from the last row seen, by (value, id): rows that come or go meanwhile neither
/// repeat nor skip others, and page 500 costs what page 1 does.
/// </summary>
internal sealed class ProjectOrder
{
    private static readonly Expression<Func<Project, decimal>> Adjusted = p => p.Adjusted;

    /// <summary>Projects without a budget have no share; they stand as if nothing was paid.</summary>
    private static readonly Expression<Func<Project, decimal>> Share = p => p.Adjusted == 0 ? 0 : Math.Round(p.Paid / p.Adjusted * 100, 2);

    private readonly string column;
    private readonly bool descending;

    private ProjectOrder(string column, bool descending) => (this.column, this.descending) = (column, descending);

    public static ProjectOrder Of(string? sort) => sort switch
    {
        "-code" => new("code", true),
        "adjusted" => new("adjusted", false),
        "-adjusted" => new("adjusted", true),
        "share" => new("share", false),
        "-share" => new("share", true),
        _ => new("code", false),
    };

    public string After(ProjectLine line) => new ProjectCursor(false, Value(line), line.Id).ToString();

    public string Before(ProjectLine line) => new ProjectCursor(true, Value(line), line.Id).ToString();

    /// <summary>The rows from the cursor on, nearest first: a page before the cursor comes in reverse.</summary>
    public IQueryable<Project> Page(IQueryable<Project> rows, ProjectCursor? cursor)
    {
        var down = descending != (cursor?.Backwards ?? false);
        return column switch
        {
            "adjusted" => By(Adjusted, rows, cursor, down),
            "share" => By(Share, rows, cursor, down),
            _ => ByCode(rows, cursor, down),
        };
    }

    private static IQueryable<Project> ByCode(IQueryable<Project> rows, ProjectCursor? cursor, bool down)
    {
        if (cursor is not null)
        {
            var code = cursor.Value;
            rows = down ? rows.Where(p => string.Compare(p.Code, code) < 0) : rows.Where(p => string.Compare(p.Code, code) > 0);
        }

        return down ? rows.OrderByDescending(p => p.Code) : rows.OrderBy(p => p.Code);
    }

    private static IQueryable<Project> By(Expression<Func<Project, decimal>> key, IQueryable<Project> rows, ProjectCursor? cursor, bool down)
    {
        if (cursor is not null && decimal.TryParse(cursor.Value, CultureInfo.InvariantCulture, out var value))
        {
            var project = key.Parameters[0];
            var (at, id) = (Expression.Constant(value), Expression.Constant(cursor.Id));
            var own = Expression.Property(project, nameof(Project.Id));
            var beyond = down ? Expression.LessThan(key.Body, at) : Expression.GreaterThan(key.Body, at);
            var besides = Expression.AndAlso(Expression.Equal(key.Body, at), down ? Expression.LessThan(own, id) : Expression.GreaterThan(own, id));
            rows = rows.Where(Expression.Lambda<Func<Project, bool>>(Expression.OrElse(beyond, besides), project));
        }

        return down ? rows.OrderByDescending(key).ThenByDescending(p => p.Id) : rows.OrderBy(key).ThenBy(p => p.Id);
    }

    private string Value(ProjectLine line) => column switch
    {
        "adjusted" => line.Adjusted.ToString(CultureInfo.InvariantCulture),
        "share" => (line.PaidShare ?? 0).ToString(CultureInfo.InvariantCulture),
        _ => line.Code,
    };
}
