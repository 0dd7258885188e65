namespace PerfFlow.Engine.Layout;

/// <summary>Turns a grid of steps into boxes and lines with coordinates: lines run in the gaps, each in a lane of its own.</summary>
internal sealed class LineRouter
{
    private const int Margin = 16;
    private const int ColumnGap = 70;
    private const int RowGap = 40;
    private const int Lane = 20;
    private const int PortStep = 20;

    private readonly Outline outline;
    private readonly Cell[] cells;
    private readonly List<LineRoute> routes;
    private readonly Lanes rowLanes;
    private readonly Lanes columnLanes;
    private readonly int[] left;
    private readonly int[] widths;
    private readonly int[] top;
    private readonly int[] heights;
    private readonly DrawnStep[] steps;
    private readonly int[] stepOf;

    private LineRouter(Outline outline, Cell[] cells)
    {
        this.outline = outline;
        this.cells = cells;
        var boxes = cells.Select(cell => (cell.Column, cell.Row)).ToHashSet();
        routes = [.. outline.Lines.Index().Where(line => line.Item.From != line.Item.To)
            .Select(line => LineRoute.Choose(line.Index, cells[line.Item.From], cells[line.Item.To], boxes))];
        stepOf = [.. outline.Lines.Select(line => line.From)];
        rowLanes = new Lanes(routes.Where(route => route.RowGap >= 0).Select(route => (route.Line, route.RowGap, route.AlongRow)));
        columnLanes = new Lanes(routes.Where(route => route.ColumnGap >= 0).Select(route => (route.Line, route.ColumnGap, route.AlongColumn)));

        var columns = cells.Length == 0 ? 0 : cells.Max(cell => cell.Column) + 1;
        var rows = cells.Length == 0 ? 0 : cells.Max(cell => cell.Row) + 1;
        widths = [.. Enumerable.Range(0, columns).Select(column => cells.Index().Where(cell => cell.Item.Column == column).Select(cell => Size(outline.Steps[cell.Index].Kind).Width).DefaultIfEmpty(0).Max())];
        heights = [.. Enumerable.Range(0, rows).Select(row => cells.Index().Where(cell => cell.Item.Row == row).Select(cell => Size(outline.Steps[cell.Index].Kind).Height).DefaultIfEmpty(0).Max())];
        left = new int[columns + 1];
        top = new int[rows + 1];
        for (var (column, x) = (0, 0); column <= columns; column++)
        {
            x += WidthOfGap(column, columns);
            left[column] = x;
            x += column < columns ? widths[column] : 0;
        }

        for (var (row, y) = (0, 0); row <= rows; row++)
        {
            y += HeightOfGap(row, rows);
            top[row] = y;
            y += row < rows ? heights[row] : 0;
        }

        steps = [.. outline.Steps.Select((step, i) => Box(step, cells[i]))];
    }

    public static (IReadOnlyList<DrawnStep> Steps, IReadOnlyList<DrawnLine> Lines, int Width, int Height) Draw(Outline outline, Cell[] cells)
    {
        var router = new LineRouter(outline, cells);
        return (router.steps, router.Lines(), router.left[^1], router.top[^1]);
    }

    /// <summary>Room for a name of nine characters, a holder and a time.</summary>
    private static (int Width, int Height) Size(DrawnKind kind) => kind switch
    {
        DrawnKind.Start => (18, 18),
        DrawnKind.Decision => (148, 72),
        DrawnKind.End => (160, 44),
        _ => (152, 84),
    };

    private int WidthOfGap(int gap, int columns) => columnLanes.In(gap) is var lanes && (gap == 0 || gap == columns)
        ? Margin + (lanes * Lane)
        : Math.Max(ColumnGap, 50 + (lanes * Lane / 2));

    private int HeightOfGap(int gap, int rows) => rowLanes.In(gap) is var lanes && (gap == 0 || gap == rows)
        ? Margin + (lanes * Lane)
        : Math.Max(RowGap, 30 + (lanes * Lane));

    private DrawnStep Box(OutlineStep step, Cell cell)
    {
        var (width, height) = Size(step.Kind);
        // The dot of the start stands next to what it leads to.
        var x = left[cell.Column] + (step.Kind == DrawnKind.Start ? widths[cell.Column] - width : (widths[cell.Column] - width) / 2);
        return new DrawnStep(step.Id, step.Name, step.Kind, cell.Band, cell.Column, cell.Row, x, top[cell.Row] + ((heights[cell.Row] - height) / 2), width, height);
    }

    private int LaneY(LineRoute route) => route.RowGap == 0
        ? top[0] - 12 - (rowLanes.Of(route.Line) * Lane)
        : top[route.RowGap - 1] + heights[route.RowGap - 1] + 20 + (rowLanes.Of(route.Line) * Lane);

    private int LaneX(LineRoute route) => left[route.ColumnGap] - 14 - (columnLanes.Of(route.Line) * (Lane / 2));

    private List<DrawnLine> Lines()
    {
        var ports = new Ports(outline, routes, steps, LaneY);
        return routes.ConvertAll(route =>
        {
            var line = outline.Lines[route.Line];
            var points = Points(route, ports.Exit(route), ports.Entry(route));
            return new DrawnLine(
                outline.Steps[line.From].Id, outline.Steps[line.To].Id, line.Outcomes, line.Returns, line.Back, line.Beside,
                [.. points.Where((point, i) => i == 0 || point != points[i - 1])], LabelOf(route, points));
        });
    }

    private List<(int X, int Y)> Points(LineRoute route, (int X, int Y) a, (int X, int Y) b)
    {
        switch (route.Shape)
        {
            case Shape.Upright:
                var x = LaneX(route);
                return a.Y == b.Y ? [a, b] : [a, (x, a.Y), (x, b.Y), b];
            case Shape.Corner:
                return route.Exit == Side.Left ? [a, (b.X, a.Y), b] : [a, (a.X, b.Y), b];
            case Shape.Channel:
                var y = LaneY(route);
                return [a, (a.X, y), (b.X, y), b];
            case Shape.Detour:
                return [a, (a.X, LaneY(route)), (LaneX(route), LaneY(route)), (LaneX(route), b.Y), b];
            default:
                return [a, b];
        }
    }

    private DrawnLabel LabelOf(LineRoute route, List<(int X, int Y)> points)
    {
        var (a, b) = (points[0], points[1]);
        var box = steps[stepOf[route.Line]];
        switch (route.Shape)
        {
            case Shape.Straight when route.Exit is Side.Top or Side.Bottom:
                var leftOf = a.X < box.X + (box.Width / 2);
                var height = outline.Lines[route.Line].Beside ? Math.Max(a.Y, b.Y) - 10 : ((a.Y + b.Y) / 2) + 4;
                return new DrawnLabel(a.X + (leftOf ? -6 : 6), height, leftOf ? "end" : "start", Narrow: false);
            case Shape.Channel or Shape.Detour:
                var (from, to) = (points[1], points[2]);
                return to.X < from.X ? new DrawnLabel(from.X - 8, from.Y - 5, "end", Narrow: false) : new DrawnLabel(from.X + 8, from.Y - 5, "start", Narrow: false);
            case Shape.Corner when route.Exit is Side.Top or Side.Bottom:
                return new DrawnLabel(a.X + 6, ((a.Y + b.Y) / 2) + 4, "start", Narrow: false);
            default:
                var middle = route.Exit == Side.Left ? box.X - (ColumnGap / 2) + 2 : box.X + box.Width + (ColumnGap / 2) - 2;
                // Under a line that leaves below the middle, so that it keeps clear of the line above it.
                var below = a.Y > box.Y + (box.Height / 2);
                return new DrawnLabel(middle, below ? a.Y + 15 : a.Y - 6, "middle", Narrow: true, below);
        }
    }

    /// <summary>Where on the side of its box each line begins and ends, so that no two share a place and few cross.</summary>
    private sealed class Ports
    {
        private readonly Dictionary<(int Line, bool Entry), (int X, int Y)> at = [];

        public Ports(Outline outline, List<LineRoute> routes, DrawnStep[] steps, Func<LineRoute, int> laneY)
        {
            var ends = routes.SelectMany(route => new[]
            {
                new End(route, false, outline.Lines[route.Line].From, route.Exit),
                new End(route, true, outline.Lines[route.Line].To, route.Entry),
            });
            foreach (var side in ends.GroupBy(end => (end.Step, end.Side)))
            {
                var box = steps[side.Key.Step];
                var upright = side.Key.Side is Side.Top or Side.Bottom;
                var room = ((upright ? box.Width : box.Height) / 2) - 8;
                // A box above and one below may lead into the same gap: a little apart, their lines are never one.
                var aside = side.Key.Side == Side.Top ? 5 : 0;
                foreach (var (end, offset) in Offsets([.. side], box, upright, room, laneY))
                    at[(end.Route.Line, end.Entry)] = Place(box, side.Key.Side, end.Route.Shape == Shape.Straight ? offset : offset + aside);
            }
        }

        public (int X, int Y) Exit(LineRoute route) => at[(route.Line, false)];

        public (int X, int Y) Entry(LineRoute route) => at[(route.Line, true)];

        private static IEnumerable<(End End, int Offset)> Offsets(List<End> ends, DrawnStep box, bool upright, int room, Func<LineRoute, int> laneY)
        {
            var straight = ends.Where(end => end.Route.Shape == Shape.Straight).OrderBy(end => end.Route.Line).ToList();
            var before = ends.Where(end => end.Route.Shape != Shape.Straight && Heads(end, upright) < 0).ToList();
            var after = ends.Where(end => end.Route.Shape != Shape.Straight && Heads(end, upright) >= 0).ToList();
            // Seen from the box, lines to the near lanes stand outside those to the far ones: then they do not cross.
            before = [.. before.OrderBy(end => Depth(end, box, upright, laneY)).ThenBy(end => end.Route.Line)];
            after = [.. after.OrderByDescending(end => Depth(end, box, upright, laneY)).ThenBy(end => end.Route.Line)];
            var all = before.Concat(straight).Concat(after).ToList();
            if (straight.Count == 0)
            {
                var step = all.Count < 2 ? 0 : Math.Min(PortStep, 2 * room / (all.Count - 1));
                return all.Select((end, i) => (end, (int)((i - ((all.Count - 1) / 2.0)) * step)));
            }

            var half = (straight.Count - 1) * 15;
            var outer = Math.Min(PortStep, (room - half) / Math.Max(1, Math.Max(before.Count, after.Count)));
            return before.Select((end, i) => (end, -half - ((before.Count - i) * outer)))
                .Concat(straight.Select((end, i) => (end, (i * 30) - half)))
                .Concat(after.Select((end, i) => (end, half + ((i + 1) * outer))));
        }

        /// <summary>Negative where the line goes left, on a side at the left or right where it goes up.</summary>
        private static int Heads(End end, bool upright)
        {
            var (own, other) = end.Entry ? (end.Route.To, end.Route.From) : (end.Route.From, end.Route.To);
            if (!upright)
                return end.Entry && end.Route.Shape == Shape.Detour ? (end.Route.RowGap * 2) - ((own.Row * 2) + 1) : other.Row - own.Row;
            return end.Route.Shape == Shape.Detour && !end.Entry ? (end.Route.ColumnGap * 2) - ((own.Column * 2) + 1)
                : other.Column == own.Column ? 1 : other.Column - own.Column;
        }

        private static int Depth(End end, DrawnStep box, bool upright, Func<LineRoute, int> laneY)
        {
            if (!upright)
                return Math.Abs(end.Route.From.Column - end.Route.To.Column);
            var edge = end.Side == Side.Top ? box.Y : box.Y + box.Height;
            return end.Route.RowGap >= 0 ? Math.Abs(laneY(end.Route) - edge) : 10_000;
        }

        private static (int X, int Y) Place(DrawnStep box, Side side, int offset)
        {
            // The sides of a question slope away from its corners.
            var slope = box.Kind != DrawnKind.Decision ? 0
                : side is Side.Left or Side.Right ? Math.Abs(offset) * box.Width / box.Height : Math.Abs(offset) * box.Height / box.Width;
            return side switch
            {
                Side.Left => (box.X + slope, box.Y + (box.Height / 2) + offset),
                Side.Right => (box.X + box.Width - slope, box.Y + (box.Height / 2) + offset),
                Side.Top => (box.X + (box.Width / 2) + offset, box.Y + slope),
                _ => (box.X + (box.Width / 2) + offset, box.Y + box.Height - slope),
            };
        }

        private sealed record End(LineRoute Route, bool Entry, int Step, Side Side);
    }
}
