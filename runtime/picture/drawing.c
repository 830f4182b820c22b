#include "runtime/picture/drawing.h"

static const char *const colours[DRAWING_COLOURS] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00",
                                                     "#56b4e9", "#000000", "#882255", "#005500", "#7722ee"};
static const char *const shades[DRAWING_COLOURS] = {"#b0d4ea", "#f6cfae", "#b3e0d4", "#eed3e1", "#f8e2b3",
                                                    "#d3ebf9", "#cccccc", "#c490ae", "#88bb99", "#c6b2f0"};

Drawing drawing_new(Arena *arena, int width, int height)
{
    Drawing drawing = {
        .arena = arena, .data = text_new(arena), .body = text_new(arena), .width = width, .height = height};
    text_add(&drawing.body, "set encoding utf8\n"
                            "set border 3 lc rgb '#606060'\n"
                            "set tics nomirror out\n"
                            "set format cb '%g  '\n" /* the label keeps off the numbers */
                            "set key tmargin center horizontal samplen 1.5\n");
    return drawing;
}

const char *drawing_colour(size_t index)
{
    return colours[index % DRAWING_COLOURS];
}

const char *drawing_shade(size_t index)
{
    return shades[index % DRAWING_COLOURS];
}

/* Filled first (circle, triangle, square, diamond, pentagon), then open. */
int drawing_shape(size_t index)
{
    static const int shapes[] = {7, 9, 5, 13, 15, 11, 6, 8, 4, 12};
    return shapes[index % (sizeof shapes / sizeof *shapes)];
}

/* A format of files: how their names end, and every whole one of them. */
typedef struct {
    const char *name, *last;
    size_t last_length;
} Format;

static const Format *format_of(DrawingFormat format)
{
    static const Format svg = {"svg", "</svg>\n\n", 8},
                        png = {"png",
                               "IEND\xae"
                               "B`\x82",
                               8},
                        gif = {"gif", ";", 1}, ascii = {"txt", "", 0};
    switch (format) {
    case DRAWING_SVG:
        return &svg;
    case DRAWING_PNG:
        return &png;
    case DRAWING_GIF:
        return &gif;
    case DRAWING_ASCII:
        break;
    }
    return &ascii;
}

const char *drawing_ending(DrawingFormat format)
{
    return format_of(format)->name;
}

static void setting(Text *text, const char *name, const char *value)
{
    if (!value)
        return;
    text_format(text, "set %s ", name);
    gnuplot_string(text, value);
    text_add(text, "\n");
}

void drawing_titles(Drawing *drawing, const char *title, const char *x, const char *y)
{
    setting(&drawing->body, "title", title);
    setting(&drawing->body, "xlabel", x);
    setting(&drawing->body, "ylabel", y);
}

static void output(Gnuplot *gnuplot, const char *folder, const char *name, DrawingFormat format)
{
    const Format *is = format_of(format);
    const char *path =
        format == DRAWING_ASCII ? NULL : text_print(gnuplot->script.arena, "%s/%s.%s", folder, name, is->name);
    gnuplot_picture(gnuplot, (GnuplotPicture){path, is->last, is->last_length});
}

static void terminal(const Drawing *drawing, Gnuplot *gnuplot, DrawingFormat format, const char *folder,
                     const char *name, int columns)
{
    int width = drawing->width, height = drawing->height, lines = columns < 64 ? 16 : 22;
    Text *script = &gnuplot->script;
    text_add(script, "reset\n");
    switch (format) {
    case DRAWING_SVG:
        text_format(script, "set terminal svg noenhanced size %d,%d font 'sans-serif,16' background 'white'\n", width,
                    height);
        break;
    case DRAWING_PNG:
        text_format(script, "set terminal pngcairo noenhanced size %d,%d font 'sans,11'\n", width, height);
        break;
    case DRAWING_GIF:
        text_format(script, "set terminal gif animate delay 30 loop 0 noenhanced size %d,%d font 'sans,11'\n", width,
                    height);
        break;
    case DRAWING_ASCII:
        text_format(script, "set terminal dumb noenhanced size %d,%d\n", columns - 1, lines);
        break;
    }
    output(gnuplot, folder, name, format);
}

void drawing_finish(const Drawing *drawing, Gnuplot *gnuplot, unsigned formats, const char *folder, const char *name,
                    int columns)
{
    Text *script = &gnuplot->script;
    text_add(script, drawing->data.data);
    for (unsigned format = 1; format <= DRAWING_ASCII; format *= 2) {
        if (!(formats & format))
            continue;
        terminal(drawing, gnuplot, (DrawingFormat)format, folder, name, columns);
        text_add(script, format == DRAWING_ASCII ? "" : "set grid lt 1 lw 0.5 lc rgb '#e0e0e0'\n");
        text_add(script, drawing->body.data);
        text_add(script, "unset output\n");
    }
}
