#include "tests/unit/fixture.h"

#include "runtime/format/array.h"
#include "runtime/format/parameters.h"
#include "runtime/format/safetensors.h"

#include <math.h>

TestSuite(safetensors, .init = fixture_open, .fini = fixture_close);

/* A file with that header and data_size bytes of data, all zero unless data is given. */
static const char *file_with(const char *header, const void *data, size_t data_size)
{
    size_t length = strlen(header), size = 8 + length + data_size;
    char *content = arena_alloc(arena, size);
    content[0] = (char)(length & 0xff);
    content[1] = (char)(length >> 8);
    memcpy(content + 8, header, length);
    if (data)
        memcpy(content + 8 + length, data, data_size);
    return fixture_file("a.safetensors", content, size);
}

static void assert_refused(const char *path, const char *message)
{
    diagnostics = diagnostics_new(arena);
    cr_assert_null(safetensors_read(arena, diagnostics, path));
    cr_assert_str_eq(fixture_messages(), text_print(arena, "a.safetensors: %s\n", message));
}

static void assert_header_refused(const char *header, size_t data_size, const char *message)
{
    assert_refused(file_with(header, NULL, data_size), message);
}

#define KUTTA "{\"dtype\":\"F64\",\"shape\":[2,1],\"data_offsets\":[0,16]}"

Test(safetensors, writes_the_bytes_that_the_format_asks_for)
{
    static const size_t shape[] = {1};
    static const double one = 1.0;
    NamedTensor tensor = {"a", 1, shape, &one};
    Metadata metadata = metadata_new(arena);
    metadata_set(&metadata, "k", "x");
    metadata_set(&metadata, "q", "\"\n");
    metadata_set(&metadata, "k", "v");
    cr_assert(safetensors_write(arena, diagnostics, fixture_path("a"), &tensor, 1, &metadata));
    char *data;
    size_t size;
    cr_assert(file_read(arena, diagnostics, fixture_path("a"), &data, &size));
    const char *header = "{\"__metadata__\":{\"k\":\"v\",\"q\":\"\\\"\\n\"},"
                         "\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}";
    size_t padded = (strlen(header) + 7) / 8 * 8;
    cr_assert_eq(size, 8 + padded + 8);
    cr_assert_eq((unsigned char)data[0], padded);
    cr_assert_eq(memcmp(data + 8, header, strlen(header)), 0);
    cr_assert_eq(strspn(data + 8 + strlen(header), " "), padded - strlen(header));
    cr_assert_eq(memcmp(data + 8 + padded, "\0\0\0\0\0\0\xf0\x3f", 8), 0);
}

Test(safetensors, reads_what_it_wrote)
{
    static const size_t shape[] = {2, 3}, none[] = {0, 4}, scalar[1] = {0};
    static const double values[] = {0.1, -0.0, 1e-310, 1.7976931348623157e308, -3, 1.0 / 3};
    NamedTensor tensors[] = {{"z", 2, shape, values}, {"empty", 2, none, values}, {"s", 0, scalar, values + 4}};
    Metadata metadata = metadata_new(arena);
    metadata_set(&metadata, "classes", "[\"A\"]");
    cr_assert(safetensors_write(arena, diagnostics, fixture_path("a"), tensors, 3, &metadata));
    const Safetensors *file = safetensors_read(arena, diagnostics, fixture_path("a"));
    cr_assert_not_null(file, "%s", fixture_messages());
    cr_assert_eq(file->count, 3);
    cr_assert_str_eq(file->tensors[0].name, "z");
    cr_assert_eq(file->tensors[0].rank, 2);
    cr_assert_eq(file->tensors[0].shape[1], 3);
    cr_assert_eq(memcmp(file->tensors[0].values, values, sizeof values), 0);
    cr_assert_eq(file->tensors[2].rank, 0);
    cr_assert_eq(file->tensors[2].values[0], -3);
    cr_assert_str_eq(metadata_get(&file->metadata, "classes"), "[\"A\"]");
    cr_assert_null(metadata_get(&file->metadata, "features"));
}

Test(safetensors, writes_no_value_that_is_not_finite)
{
    static const size_t shape[] = {2, 2};
    const double values[] = {0, 1, 2, -INFINITY};
    NamedTensor tensor = {"K", 2, shape, values};
    cr_assert_not(safetensors_write(arena, diagnostics, fixture_path("a"), &tensor, 1, NULL));
    cr_assert_str_eq(fixture_messages(), "a: tensor \"K\": entry [1,1] is not finite: -inf\n");
    cr_assert_eq(fixture_entries(), 0);
}

Test(safetensors, reads_f32)
{
    static const float values[] = {0.5f, -1.25f};
    const char *path =
        file_with("{\"K\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", values, sizeof values);
    const Safetensors *file = safetensors_read(arena, diagnostics, path);
    cr_assert_not_null(file, "%s", fixture_messages());
    cr_assert_eq(file->tensors[0].values[0], 0.5);
    cr_assert_eq(file->tensors[0].values[1], -1.25);
}

Test(safetensors, refuses_another_kind_of_file)
{
    assert_refused(fixture_text("a.safetensors", "x1,x2"), "not a safetensors file: it has only 5 bytes");
    assert_refused(fixture_text("a.safetensors", "x1,x2,label\n"),
                   "not a safetensors file, as model.safetensors in the folder of a run is");
    assert_refused(fixture_text("a.safetensors", "\x89PNG\r\n"),
                   "this is a PNG image, and no parameters: they are in a safetensors file, as model.safetensors in the "
                   "folder of a run is");
    assert_refused(fixture_text("a.safetensors", "{\"K\": [1]}"),
                   "this is JSON, and no parameters: they are in a safetensors file, as model.safetensors in the "
                   "folder of a run is");
    assert_refused(fixture_text("a.safetensors", "PK\3\4 archive/data.pkl"),
                   "this is a PyTorch checkpoint, and no parameters: they are in a safetensors file, as "
                   "model.safetensors in the folder of a run is; save its tensors as safetensors");
    assert_refused(file_with("[1]", NULL, 0), "the header is no JSON object");
    assert_refused(file_with("{\"K\":", NULL, 0), "unexpected token near end of file, near byte 13");
}

Test(safetensors, refuses_a_tensor_that_is_described_wrongly)
{
    assert_header_refused("{\"K\":[1]}", 0, "tensor \"K\": not exactly dtype, shape and data_offsets");
    assert_header_refused("{\"K\":{\"dtype\":1,\"shape\":[2],\"data_offsets\":[0,16]}}", 16,
                          "tensor \"K\": it has no dtype");
    assert_header_refused("{\"K\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,16]}}", 16,
                          "tensor \"K\": dtype BOOL is none of F64, F32, F16 and BF16");
    assert_header_refused("{\"K\":{\"dtype\":\"F64\",\"shape\":[-2],\"data_offsets\":[0,16]}}", 16,
                          "tensor \"K\": its shape is no list of sizes");
    assert_header_refused("{\"K\":{\"dtype\":\"F64\",\"shape\":[2,4294967296,4294967296],\"data_offsets\":[0,16]}}", 16,
                          "tensor \"K\": its shape overflows");
    assert_header_refused("{\"K\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0]}}", 16,
                          "tensor \"K\": its data_offsets are not two positions");
    assert_header_refused("{\"K\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]},"
                          "\"K\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[16,32]}}",
                          32, "duplicate object key near '\"K\"', near byte 66");
    assert_header_refused("{\"__metadata__\":{\"a\":1}}", 0, "\"a\" in __metadata__ is no string");
    assert_header_refused("{\"__metadata__\":\"a\"}", 0, "__metadata__ is no map of strings");
}

Test(safetensors, refuses_data_that_do_not_fit)
{
    assert_header_refused("{\"K\":" KUTTA "}", 15, "tensor \"K\": its data lie beyond the end of the file");
    assert_header_refused("{\"K\":" KUTTA "}", 17, "1 bytes follow the data of the last tensor");
    assert_header_refused("{}", 8, "8 bytes follow the data of the last tensor");
    assert_header_refused("{\"K\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[16,0]}}", 16,
                          "tensor \"K\": its data end before they begin");
    assert_header_refused("{\"K\":{\"dtype\":\"F64\",\"shape\":[3],\"data_offsets\":[0,16]}}", 16,
                          "tensor \"K\": shape [3] takes 24 bytes, but data_offsets give 16");
    assert_header_refused("{\"K\":" KUTTA ",\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,16]}}", 16,
                          "tensor \"b\": its data overlap those of \"K\"");
    assert_header_refused("{\"K\":" KUTTA ",\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[24,32]}}", 32,
                          "tensor \"b\": before its data lie 8 bytes that belong to no tensor");
}

Test(safetensors, the_order_of_the_header_is_free)
{
    const double values[] = {1, 2, 3};
    const Safetensors *file = safetensors_read(
        arena, diagnostics,
        file_with("{\"b\":{\"shape\":[1],\"data_offsets\":[16,24],\"dtype\":\"F64\"},\"K\":" KUTTA "}", values, 24));
    cr_assert_not_null(file, "%s", fixture_messages());
    cr_assert_str_eq(file->tensors[0].name, "b");
    cr_assert_eq(file->tensors[0].values[0], 3);
    cr_assert_eq(file->tensors[1].values[1], 2);
}

Test(safetensors, names_the_value_that_is_not_finite)
{
    const double values[] = {0, NAN};
    assert_refused(file_with("{\"K\":" KUTTA "}", values, 16), "tensor \"K\": entry [1,0] is not finite: nan");
}

Test(safetensors, refuses_every_truncation)
{
    const char *path = file_with("{\"K\":" KUTTA "}", NULL, 16);
    char *data;
    size_t size;
    cr_assert(file_read(arena, diagnostics, path, &data, &size));
    for (size_t length = 0; length < size; length++)
        cr_assert_null(safetensors_read(arena, diagnostics, fixture_file("short", data, length)));
    cr_assert_eq(diagnostics_errors(diagnostics), size);
}

/* A model of two layers of width 2. */
static Model small_model(void)
{
    static Tensor tensors[] = {
        {.name = "K", .offset = 0, .size = 8, .rank = 3, .shape = {2, 2, 2}, .learnt = true},
        {.name = "b", .offset = 8, .size = 4, .rank = 2, .shape = {2, 2}, .learnt = true},
        {.name = "dt", .offset = 12, .size = 2, .rank = 1, .shape = {2}},
        {.name = "head", .offset = 14, .size = 2, .rank = 2, .shape = {1, 2}},
    };
    return (Model){.name = "small", .tensors = tensors, .tensor_count = 4, .parameters = 16};
}

static const double parameters[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

Test(safetensors, parameters_come_back)
{
    Model model = small_model();
    double loaded[16] = {0};
    Metadata metadata = metadata_new(arena), found;
    metadata_set(&metadata, "a", "b");
    const char *path = fixture_path("p");
    cr_assert(parameters_save(arena, diagnostics, path, &model, 0, parameters, false, &metadata));
    cr_assert(parameters_load(arena, diagnostics, path, &model, loaded, &found));
    cr_assert_eq(memcmp(loaded, parameters, sizeof loaded), 0);
    cr_assert_str_eq(metadata_get(&found, "a"), "b");
    cr_assert(parameters_save(arena, diagnostics, path, &model, 0, parameters, true, NULL));
    cr_assert_eq(safetensors_read(arena, diagnostics, path)->count, 2);
}

Test(safetensors, dt_may_be_missing)
{
    Model model = small_model();
    double loaded[16] = {0};
    loaded[12] = loaded[13] = 0.5;
    NamedTensor tensors[3];
    for (size_t i = 0; i < 3; i++) {
        const Tensor *tensor = &model.tensors[i < 2 ? i : 3];
        tensors[i] = (NamedTensor){tensor->name, tensor->rank, tensor->shape, parameters + tensor->offset};
    }
    cr_assert(safetensors_write(arena, diagnostics, fixture_path("p"), tensors, 3, NULL));
    cr_assert(parameters_load(arena, diagnostics, fixture_path("p"), &model, loaded, NULL));
    cr_assert_eq(loaded[12], 0.5);
    cr_assert_eq(loaded[15], 16);
}

Test(safetensors, names_every_tensor_that_does_not_fit)
{
    static const size_t square[] = {2, 2}, one[] = {1};
    Model model = small_model();
    double loaded[16] = {0};
    NamedTensor tensors[] = {{"K", 2, square, parameters}, {"heda", 1, one, parameters}, {"mu", 1, one, parameters}};
    cr_assert(safetensors_write(arena, diagnostics, fixture_path("p"), tensors, 3, NULL));
    cr_assert_not(parameters_load(arena, diagnostics, fixture_path("p"), &model, loaded, NULL));
    cr_assert_str_eq(fixture_messages(), "p: unknown tensor \"heda\"; did you mean \"head\"?\n"
                                         "p: unknown tensor \"mu\"; \"small\" has K, b, dt, head\n"
                                         "p: tensor \"K\" has shape [2,2], but \"small\" needs [2,2,2]\n"
                                         "p: tensor \"b\" is missing\n"
                                         "p: tensor \"head\" is missing\n");
    cr_assert_eq(loaded[0], 0);
}

Test(safetensors, reads_files_of_another_writer)
{
    const char *path = "tests/golden/kutta4_spiral2d/init.safetensors";
    const Safetensors *file = safetensors_read(arena, diagnostics, path);
    cr_assert_not_null(file, "%s", fixture_messages());
    cr_assert_eq(file->count, 5);
    cr_assert_str_eq(file->tensors[0].name, "K");
    cr_assert_str_eq(array_shape_print(arena, file->tensors[0].shape, file->tensors[0].rank), "[15,2,2]");
    cr_assert_eq(file->tensors[2].values[14], 0.1);
}
