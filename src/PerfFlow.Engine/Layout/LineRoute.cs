namespace PerfFlow.Engine.Layout;

/// <summary>A side of a box.</summary>
internal enum Side
{
    Left,
    Right,
    Top,
    Bottom,
}

/// <summary>The shape of a line, by the sides that it leaves from and comes to.</summary>
internal enum Shape
{
    /// <summary>Right to left, or between neighbours in a column.</summary>
    Straight,

    /// <summary>Through the gap between two columns.</summary>
    Upright,

    /// <summary>One corner.</summary>
    Corner,

    /// <summary>Through the gap between two rows.</summary>
    Channel,

    /// <summary>Through the gap between two rows, then between two columns.</summary>
    Detour,
}

/// <summary>How a line goes round the boxes. Gaps are numbered: column gap n lies left of column n, row gap n above row n.</summary>
/// <param name="ColumnGap">−1 where none is used.</param>
/// <param name="RowGap">−1 where none is used.</param>
internal sealed record LineRoute(int Line, Cell From, Cell To, Shape Shape, Side Exit, Side Entry, int ColumnGap = -1, int RowGap = -1)
{
    /// <summary>Chooses the plainest way that touches no box.</summary>
    public static LineRoute Choose(int line, Cell a, Cell b, IReadOnlySet<(int Column, int Row)> boxes)
    {
        var down = b.Row > a.Row;
        if (a.Row == b.Row)
        {
            return b.Column > a.Column && RowFree(a.Row, a.Column, b.Column)
                ? new LineRoute(line, a, b, Shape.Straight, Side.Right, Side.Left)
                : new LineRoute(line, a, b, Shape.Channel, Side.Bottom, Side.Bottom, RowGap: a.Row + 1);
        }

        if (a.Column == b.Column)
        {
            return ColumnFree(a.Column, a.Row, b.Row)
                ? new LineRoute(line, a, b, Shape.Straight, down ? Side.Bottom : Side.Top, down ? Side.Top : Side.Bottom)
                : new LineRoute(line, a, b, Shape.Upright, Side.Left, Side.Left, ColumnGap: a.Column);
        }

        if (b.Column > a.Column && RowFree(a.Row, a.Column, b.Column))
            return new LineRoute(line, a, b, Shape.Upright, Side.Right, Side.Left, ColumnGap: b.Column);
        if (b.Column > a.Column && RowFree(b.Row, a.Column, b.Column))
            return new LineRoute(line, a, b, Shape.Upright, Side.Right, Side.Left, ColumnGap: a.Column + 1);
        if (b.Column < a.Column && RowFree(a.Row, b.Column, a.Column) && !boxes.Contains((b.Column, a.Row)) && ColumnFree(b.Column, a.Row, b.Row))
            return new LineRoute(line, a, b, Shape.Corner, Side.Left, down ? Side.Top : Side.Bottom);
        if (b.Column < a.Column && RowFree(b.Row, b.Column, a.Column) && !boxes.Contains((a.Column, b.Row)) && ColumnFree(a.Column, a.Row, b.Row))
            return new LineRoute(line, a, b, Shape.Corner, down ? Side.Bottom : Side.Top, Side.Right);

        var gap = down ? a.Row + 1 : a.Row;
        var exit = down ? Side.Bottom : Side.Top;
        return Math.Abs(a.Row - b.Row) == 1
            ? new LineRoute(line, a, b, Shape.Channel, exit, down ? Side.Top : Side.Bottom, RowGap: gap)
            : new LineRoute(line, a, b, Shape.Detour, exit, Side.Left, ColumnGap: b.Column, RowGap: gap);

        bool RowFree(int row, int one, int other)
        {
            for (var column = Math.Min(one, other) + 1; column < Math.Max(one, other); column++)
            {
                if (boxes.Contains((column, row)))
                    return false;
            }

            return true;
        }

        bool ColumnFree(int column, int one, int other)
        {
            for (var row = Math.Min(one, other) + 1; row < Math.Max(one, other); row++)
            {
                if (boxes.Contains((column, row)))
                    return false;
            }

            return true;
        }
    }

    /// <summary>From where to where it runs within its row gap, in half columns: a column's middle is odd, a column gap even.</summary>
    public (int Low, int High) AlongRow => Ordered((From.Column * 2) + 1, Shape == Shape.Detour ? ColumnGap * 2 : (To.Column * 2) + 1);

    /// <summary>The same within its column gap, in half rows.</summary>
    public (int Low, int High) AlongColumn => Ordered(Shape == Shape.Detour ? RowGap * 2 : (From.Row * 2) + 1, (To.Row * 2) + 1);

    private static (int Low, int High) Ordered(int one, int other) => (Math.Min(one, other), Math.Max(one, other));
}

/// <summary>Lanes within a gap: lines that would run on top of each other get different ones, the shortest first.</summary>
internal sealed class Lanes
{
    private readonly Dictionary<int, int> lane = [];
    private readonly Dictionary<int, int> count = [];

    public Lanes(IEnumerable<(int Line, int Gap, (int Low, int High) Span)> uses)
    {
        foreach (var gap in uses.GroupBy(use => use.Gap))
        {
            var lanes = new List<List<(int Low, int High)>>();
            foreach (var use in gap.OrderBy(use => use.Span.High - use.Span.Low).ThenBy(use => use.Line))
            {
                var at = lanes.FindIndex(spans => !spans.Exists(span => span.Low <= use.Span.High && use.Span.Low <= span.High));
                if (at < 0)
                {
                    at = lanes.Count;
                    lanes.Add([]);
                }

                lanes[at].Add(use.Span);
                lane[use.Line] = at;
            }

            count[gap.Key] = lanes.Count;
        }
    }

    public int Of(int line) => lane[line];

    public int In(int gap) => count.GetValueOrDefault(gap);
}
