namespace PerfFlow.Platform.Reviews;

/// <summary>Which columns beside a table's own say anything: 改动 and 意见 of an ended case are mostly empty, and then left out.</summary>
/// <param name="Model">The page.</param>
/// <param name="Older">The left side of a comparison, which has neither.</param>
public readonly record struct SheetColumns(ReviewModel Model, bool Older)
{
    /// <summary>A row is new, gone or changed.</summary>
    public bool Changes(IEnumerable<ShownRow> rows) => !Older && rows.Any(r => r.Mark is not null);

    /// <summary>A row has a comment, or the reader may still give it one.</summary>
    public bool Comments(IEnumerable<ShownRow> rows) => Comments(rows.Select(r => r.Path));

    /// <inheritdoc cref="Comments(IEnumerable{ShownRow})" />
    public bool Comments(IEnumerable<string> paths) => !Older && (Model.View.MayDecide || Commented(paths));

    /// <summary>Class of the comments' cells: on paper, where nobody can add one, the column stands only where there are some.</summary>
    public string? OnPaper(IEnumerable<ShownRow> rows) => OnPaper(rows.Select(r => r.Path));

    /// <inheritdoc cref="OnPaper(IEnumerable{ShownRow})" />
    public string? OnPaper(IEnumerable<string> paths) => Commented(paths) ? null : "no-print";

    private bool Commented(IEnumerable<string> paths)
    {
        var model = Model;
        return paths.Any(p => model.At(p).Any());
    }
}
