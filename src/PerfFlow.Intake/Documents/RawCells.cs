namespace PerfFlow.Intake.Documents;

/// <summary>What a cell holds before a layout says what it should hold.</summary>
internal enum RawKind : byte
{
    /// <summary>Nothing.</summary>
    Empty,

    /// <summary>Text, from a CSV everything.</summary>
    Text,

    /// <summary>Number as Excel keeps it.</summary>
    Number,

    /// <summary>Number shown as a percentage: 0.95 is shown as 95%.</summary>
    Percent,

    /// <summary>Date; the text is yyyy-MM-dd.</summary>
    Date,

    /// <summary>TRUE or FALSE.</summary>
    Bool,

    /// <summary>A formula, whose result is no data.</summary>
    Formula,

    /// <summary>An error such as #REF!.</summary>
    Error,
}

/// <summary>One cell. <see cref="Text"/> is always what a user would recognise, <see cref="Number"/> only where the kind is a number.</summary>
internal readonly record struct RawCell(RawKind Kind, string Text, double Number)
{
    public static RawCell Empty { get; } = new(RawKind.Empty, "", 0);

    public bool IsEmpty => Kind == RawKind.Empty;
}

/// <summary>One row with its number in the file, from 1.</summary>
internal sealed record RawRow(int Number, IReadOnlyList<RawCell> Cells)
{
    /// <summary>The cell of a column counted from 1; beyond the end it is empty.</summary>
    public RawCell this[int column] => column >= 1 && column <= Cells.Count ? Cells[column - 1] : RawCell.Empty;

    public bool IsEmpty => Cells.All(c => c.IsEmpty);
}

/// <summary>One sheet; the rows can be read once, in order. The name of a CSV's only sheet is empty.</summary>
internal sealed record RawSheet(string Name, IEnumerable<RawRow> Rows);
